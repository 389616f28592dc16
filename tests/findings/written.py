"""What a browser without script sends from the forms of a visit, and what came of it."""

import re

from sqlalchemy import select

from inspect_app.core.db import db
from inspect_app.findings.models import Finding


def shown(day):
    return f"{day:%d/%m/%Y}"


def filled(page, **typed):
    """What a browser without script would send: every control of the main form as it stands, then what was typed."""
    form = next(form for form in page.html.select("main form[method=post]") if form.select_one("[name=version]"))
    sent = {}
    for control in form.select("input[name], textarea[name], select[name]"):
        kind = control.get("type")
        if kind == "file" or (kind in ("radio", "checkbox") and not control.has_attr("checked")):
            continue
        if control.name == "select":
            chosen = control.select_one("option[selected]") or control.select_one("option")
            sent[control["name"]] = chosen["value"]
        else:
            sent[control["name"]] = written(control) if control.name == "textarea" else control.get("value", "")
    return {**sent, **typed}


def written(area):
    """What stands in it: the line end that HTML wants before the text is no part of it."""
    return re.sub(r"\A\r?\n", "", area.get_text())


def recorded():
    return db.session.scalars(select(Finding).order_by(Finding.id)).all()


def summary(page):
    return [item.get_text() for item in page.html.select("#errors li")]

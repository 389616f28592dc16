"""Which area of the catalogue somebody meant."""

from collections.abc import Sequence

from inspect_app.plans.models import Area
from inspect_app.sheets.services.names import Match, meant, normal


def area_meant(written: str, areas: Sequence[Area]) -> str | None:
    """Its code, where it can be no other: by name, number, abbreviation or how its name begins."""
    names: dict[str, set[str]] = {}
    for area in areas:
        said = [normal(name) for name in (area.code, area.short_name, area.name, area.name_en)]
        for name in (*said, *("".join(word[0] for word in one.split()) for one in said[1:3])):  # TTHC
            names.setdefault(name, set()).add(area.code)
    found: Match[str] = meant(written, names, ())
    begun = {code for name, codes in names.items() if name.startswith(f"{normal(written)} ") for code in codes}
    for codes in (set(found.found), begun):  # "Văn thư" for "Văn thư, lưu trữ"
        if len(codes) == 1:
            return codes.pop()
    return None

"""What a worker carries about: libraries that few requests need are there when they are asked for, and not before."""

import json
import subprocess
import sys

import pytest

from inspect_app.accounts.services import passwords
from inspect_app.config import ROOT
from inspect_app.core import libraries
from inspect_app.core.actor import Role
from inspect_app.core.db import db
from tests.support.make import PASSWORD, Make

SHOWN = f"""
import json, sys
from pathlib import Path
from inspect_app import create_app
from tests.support.program import settings

_, url, folder, username = sys.argv
app = create_app(settings(url, Path(folder)))
app.config["WTF_CSRF_ENABLED"] = False
client = app.test_client()
client.post("/login", data={{"username": username, "password": {PASSWORD!r}}})
print(json.dumps([client.get(path).status_code for path in ("/", "/findings/", "/healthz")]))
print(json.dumps(sorted({{name.partition(".")[0] for name in sys.modules}})))
print(json.dumps(sorted(name for name in sys.modules if name.startswith(("inspect_app.", "holidays.countries")))))
"""


@pytest.mark.only_on("sqlite")
def test_a_worker_that_has_shown_pages_has_imported_none_of_the_libraries_that_are_for_later(own_app):
    with own_app.app_context():
        person = Make(db.session).person(Role.OFFICER)
        person.password_hash = passwords.hashed(PASSWORD)
        db.session.commit()
        username = person.username
    of = own_app.config
    asked = [sys.executable, "-c", SHOWN, of["DATABASE_URL"], str(of["INSTANCE_PATH"]), username]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert not done.returncode, done.stderr
    statuses, packages, modules = (json.loads(line) for line in done.stdout.splitlines()[-3:])
    assert statuses == [200, 200, 200]
    assert not set(libraries.LATER) & set(packages)
    assert not {"inspect_app.cli", "inspect_app.demo", "inspect_app.upkeep.commands"} & set(modules)
    assert not [name for name in modules if name.startswith("holidays.")]


def test_a_library_that_is_missing_is_missed_when_the_program_starts(monkeypatch):
    libraries.must_be_there()
    monkeypatch.setattr(libraries, "LATER", (*libraries.LATER, "nowhere_to_be_found"))
    with pytest.raises(ModuleNotFoundError, match="nowhere_to_be_found"):
        libraries.must_be_there()

"""Several first starts at once, as when two services begin together: one does the work, the others wait for it."""

import os
import subprocess
import sys

import pytest
from sqlalchemy import create_engine, text

from tests.faults.installation import AUDIT, SECRET

PASSWORD = "mat-khau-cua-ban-thu-nghiem"


@pytest.mark.long
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_empty_database_is_prepared_once(kind, yard, tmp_path):
    url = f"sqlite:///{tmp_path / 'first.sqlite'}"
    if kind == "postgresql":
        url = yard.cluster(tmp_path / "postgresql").database("first")
    told = {"DATABASE_URL": url, "INSTANCE_PATH": str(tmp_path), "SECRET_KEY": SECRET, "AUDIT_KEY": AUDIT}
    words = [sys.executable, "-m", "flask", "--app", "inspect_app", "prepare"]
    environment = {**os.environ, **told, "DEMO_PASSWORD": PASSWORD}
    starts = [subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = [start.communicate()[0] for start in starts]
    assert [start.returncode for start in starts] == [0, 0, 0]
    assert sum("Demo accounts" in one for one in said) == 1
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM unit WHERE parent_id IS NULL")) == 1
    engine.dispose()

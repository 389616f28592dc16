"""Evidence in an object store: sent, fetched, backed up and restored; and while the store is away, kept and told."""

import hashlib
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from inspect_app.core.db import db
from inspect_app.core.storage import bucket
from inspect_app.core.storage.bucket import Bucket, Connection
from inspect_app.findings.models import Evidence, Side
from tests.faults.site import Site, enter, populate
from tests.support import copies
from tests.support.objects import Objects, keeping
from tests.support.program import program, settings

SAID = "Đã niêm yết đủ thủ tục tại bộ phận một cửa."


@dataclass
class Kept(Site):
    objects: Objects
    folder: Path

    @property
    def app(self) -> Flask:
        return self.client.application


@pytest.fixture
def site(tmp_path: Path, whole_run: Path) -> Iterator[Kept]:
    with copies.copy("empty", "sqlite", tmp_path, once=whole_run) as app, keeping() as objects:
        app.extensions["storage"] = Bucket(Connection(objects.access), "tinh/", tmp_path / "scratch")
        token, page = populate(app)
        yield Kept(enter(app, token), page, objects, tmp_path)


def sent(site: Kept) -> Evidence:
    assert site.submit(SAID).status_code == 303
    with site.app.app_context():
        return db.session.scalars(select(Evidence).where(Evidence.side == Side.REMEDY)).one()


def test_evidence_goes_through_a_store_and_while_that_is_away_nothing_typed_is_lost(site, monkeypatch):
    monkeypatch.setattr(bucket, "SPARED", 0)
    site.objects.refuses = 403
    refused = site.submit(SAID)
    assert (refused.status_code, SAID in refused.text) == (503, True)
    assert (site.get(), site.objects.kept) == (200, {})
    assert '"store":"away"' in site.client.get("/readyz").text

    site.objects.refuses = 0
    file = sent(site)
    with site.client.get(f"/evidence/{file.id}") as fetched:
        assert (fetched.content_length, hashlib.sha256(fetched.data).hexdigest()) == (file.size, file.sha256)
    site.objects.breaks_off = True
    assert site.client.get(f"/evidence/{file.id}").status_code == 503, "rather than half of it"


@pytest.mark.long
def test_a_store_is_backed_up_and_restored_into_another(site):
    sha256 = sent(site).sha256
    path = site.folder / "backup.tar"
    assert site.app.test_cli_runner().invoke(args=["backup", str(path)]).exit_code == 0
    with tarfile.open(path) as held:
        assert f"files/{sha256[:2]}/{sha256[2:4]}/{sha256}" in held.getnames()
    (site.folder / "there").mkdir()
    url = f"sqlite:///{site.folder / 'there' / 'restored.sqlite'}"
    there = program(settings(url, site.folder / "there"))
    storage = Bucket(Connection(site.objects.access), "noi-khac/", site.folder / "scratch")
    there.extensions["storage"] = storage
    restored = there.test_cli_runner().invoke(args=["restore", str(path)])
    assert "Restored; 1 files" in restored.output
    assert sha256 not in restored.output
    assert storage.digest(sha256) == sha256
    del site.objects.kept[storage.key(sha256)]
    assert sha256 in there.test_cli_runner().invoke(args=["audit", "verify", "--all"]).output
    assert site.app.extensions["storage"].digest(sha256) == sha256, "the first one's is another one's"
    with there.app_context():
        db.engine.dispose()

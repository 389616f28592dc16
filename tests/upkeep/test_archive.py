"""A backup as a file: whatever happened to it on its way is noticed."""

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pyrage import x25519

from inspect_app.core import clock
from inspect_app.upkeep.services import archive, backup
from inspect_app.upkeep.services.archive import BadBackup, BadKey

KEY, CONTENT = b"k" * 40, bytes(range(256)) * 3000
"""Longer than what age seals at once."""
Made = Callable[..., Path]


@pytest.fixture(scope="module")
def identity():
    return x25519.Identity.generate()


@pytest.fixture
def made(tmp_path, identity):
    def make(name: str = "b.tar", *, encrypted: bool = False, key: bytes = KEY) -> Path:
        path, source = tmp_path / name, tmp_path / "source"
        source.write_bytes(CONTENT)
        recipients = archive.recipients_of([str(identity.to_public())]) if encrypted else []
        with archive.writing(path, recipients) as writer, source.open("rb") as file:
            writer.add_bytes("a", b"first", at=0)
            writer.add("b", file, at=0)
            writer.finish({"told": "ì"}, key=key, at=0)
        return path

    return make


def read(path: Path, identity: object, *keys: bytes) -> tuple[dict[str, bytes], str]:
    members: dict[str, bytes] = {}
    manifest = archive.read(
        path,
        lambda name, size, content: members.update({name: content.read()}),
        identities=[identity],
        keys=keys or [KEY],
    )
    return members, manifest["told"]


@pytest.mark.parametrize("encrypted", [False, True])
def test_what_went_in_comes_out(made, identity, encrypted):
    path = made(encrypted=encrypted)
    assert read(path, identity, b"another", KEY) == ({"a": b"first", "b": CONTENT}, "ì")
    assert (CONTENT in path.read_bytes()) is not encrypted
    assert path.stat().st_mode & 0o777 == 0o600
    assert {each.name for each in path.parent.iterdir()} == {"b.tar", "source"}, "nothing half-made stays"


def test_any_computer_unpacks_and_checks_it(made, tmp_path):
    subprocess.run(["tar", "xf", made(), "-C", tmp_path], check=True)
    checked = subprocess.run(["sha256sum", "--check", "SHA256SUMS"], cwd=tmp_path, capture_output=True, text=True)
    assert checked.stdout == "a: OK\nb: OK\n"


@pytest.mark.parametrize("encrypted", [False, True])
def test_a_backup_that_was_cut_off_is_refused_wherever_it_was(made, identity, encrypted):
    path = made(encrypted=encrypted)
    whole = path.read_bytes()
    end = len(whole) if encrypted else whole.index(b"manifest.hmac")
    for length in (0, 3, 4, 60, 511, 512, 1024, 70_000, end // 2, end - 1024, end - 512, end - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(BadBackup):
            read(path, identity)


@pytest.mark.parametrize("encrypted", [False, True])
def test_a_backup_in_which_a_byte_was_changed_is_refused(made, identity, encrypted):
    path = made(encrypted=encrypted)
    whole = path.read_bytes()
    places = [b"first", CONTENT[:999], b"SHA256SUMS", b'"told"', b'"sums"', b"manifest.hmac"]
    changed = [whole.rindex(part) + 1 for part in places] if not encrypted else range(0, len(whole), 60_000)
    for place in changed:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(BadBackup):
            read(path, identity)


def test_a_backup_of_another_installation_or_made_up_is_refused_in_words(made, identity, tmp_path):
    with pytest.raises(BadBackup, match="another AUDIT_KEY"):
        read(made(key=b"x" * 40), identity)
    (tmp_path / "c.tar").write_bytes(b"%PDF-1.7" * 2000)
    with pytest.raises(BadBackup, match="is no backup"):
        read(tmp_path / "c.tar", identity)


def test_a_backup_of_another_key_does_not_open(made):
    path = made(encrypted=True)
    with pytest.raises(BadBackup, match="does not open with this key"):
        read(path, x25519.Identity.generate())
    with pytest.raises(BadBackup, match="--identity"):
        archive.read(path, lambda *_: None, identities=[], keys=[KEY])


def test_keys_are_read_as_age_keygen_writes_them(tmp_path, identity):
    path = tmp_path / "key.txt"
    path.write_text(f"# created: 2026-11-22\n# public key: {identity.to_public()}\n{identity}\n")
    assert [str(one) for one in archive.identities_in(path)] == [str(identity)]
    path.write_text("age1nothing")
    with pytest.raises(BadKey, match="holds no secret key"):
        archive.identities_in(path)
    with pytest.raises(BadKey, match="begins with age1"):
        archive.recipients_of(["AGE-SECRET-KEY-1"])


def test_a_backup_is_there_whole_or_not_at_all(tmp_path):
    def cut_off() -> None:
        with archive.writing(tmp_path / "b.tar", []) as writer:
            writer.add_bytes("a", b"a", at=0)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut_off()
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "b.tar").touch()
    with pytest.raises(FileExistsError), archive.writing(tmp_path / "b.tar", []) as writer:
        writer.finish({}, key=KEY, at=0)
    assert (tmp_path / "b.tar").read_bytes() == b""


def test_only_backups_are_pruned_and_the_newest_stay(tmp_path):
    days = [f"so-kiem-tra-2026010{day}T000000Z.tar" for day in range(1, 5)]
    others = ["so-kiem-tra.tar", "so-kiem-tra-20260101T000000Z.tar.part", "khac.tar"]
    for name in [*days[:3], f"{days[3]}.age", *others]:
        (tmp_path / name).touch()
    assert [path.name for path in backup.prune(tmp_path, keep=2)] == days[:2]
    assert {path.name for path in tmp_path.iterdir()} == {days[2], f"{days[3]}.age", *others}


def test_the_name_tells_when_it_was_made(tmp_path):
    now = clock.now().replace(year=2026, month=3, day=4, hour=5, minute=6, second=7)
    assert backup.path_for(tmp_path, now=now, encrypted=True).name == "so-kiem-tra-20260304T050607Z.tar.age"
    assert backup.path_for(tmp_path / "x.tar", now=now, encrypted=False) == tmp_path / "x.tar"
    digest = hashlib.sha256(b"").hexdigest()
    assert backup.member_of(digest, "staged") == f"waiting/staged/e3/b0/{digest}"

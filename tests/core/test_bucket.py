"""Files kept in an object store: the same promises as a folder's, where several machines meet."""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest

from inspect_app.core import clock
from inspect_app.core.errors import Invalid
from inspect_app.core.storage import StoreAway, bucket
from inspect_app.core.storage.bucket import Bucket, Connection
from inspect_app.core.storage.folder import Folder
from tests.support.objects import keeping

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def objects():
    with keeping() as objects:
        yield objects


@pytest.fixture
def storage(objects, tmp_path):
    objects.kept.clear()
    objects.parts.clear()
    return Bucket(Connection(objects.access), "tinh/", tmp_path / "scratch")


def keep(storage: Bucket, content: bytes) -> str:
    return storage.keep(BytesIO(content), limit=1000).sha256


def sweep(storage: Bucket, named: Callable[[Collection[str]], Collection[str]] | None = None) -> int:
    return storage.remove_unnamed(named or (lambda hashes: []), before=clock.now() - DAY)


def test_content_is_kept_by_its_hash_and_read_back_whole(storage, objects):
    sha256 = keep(storage, b"mot")
    assert keep(storage, b"mot") == sha256 == hashlib.sha256(b"mot").hexdigest()
    assert list(objects.kept) == [f"tinh/{sha256[:2]}/{sha256[2:4]}/{sha256}"]
    with storage.open(sha256) as file, storage.at_hand(sha256) as path:
        assert (file.read(), file.seek(1), file.read(), path.read_bytes()) == (b"mot", 1, b"ot", b"mot")
    assert storage.digest(sha256) == sha256
    assert list(storage.scratch.iterdir()) == []
    with pytest.raises(Invalid):
        keep(storage, b"x" * 1001)
    with pytest.raises(FileNotFoundError):
        storage.open("0" * 64)
    assert len(objects.kept) == 1

    objects.kept[storage.key(sha256)] = b"hong", clock.now()
    assert storage.digest(sha256) != sha256
    keep(storage, b"mot")
    assert storage.digest(sha256) == sha256, "what is damaged gives way to the same content sent again"


def test_long_content_comes_in_parts_and_what_was_never_finished_goes(storage, objects, monkeypatch):
    monkeypatch.setattr(bucket, "PART", 5 << 20)
    content = bytes(11 << 20)
    kept = storage.keep(BytesIO(content), limit=len(content))
    assert objects.kept[storage.key(kept.sha256)][0] == content
    objects.parts = {
        "1": (storage.key("ab" * 32), clock.now() - DAY, {}),
        "2": (storage.key("cd" * 32), clock.now(), {}),
    }
    assert storage.remove_half_written(before=clock.now() - DAY / 2) == 1
    assert list(objects.parts) == ["2"]


def test_sizes_are_told_of_what_is_there_and_stores_within_are_left_alone(storage):
    there = {keep(storage, str(number).encode()): len(str(number)) for number in range(8, 14)}
    waits = keep(storage.apart("brought"), b"waits")
    storage.jot("small/ab/picture.jpg", b"small")
    assert storage.sizes([*there, "0" * 64, "f" * 64]) == there
    first = min(there)
    assert storage.sizes([first, waits]) == {first: there[first]}
    assert list(storage.contents()) == sorted(there)
    assert list(storage.apart("brought").contents()) == [waits]
    assert (storage.jotted("small/ab/picture.jpg"), storage.jotted("small/cd")) == (b"small", None)
    assert list(storage.jottings("small")) == ["small/ab/picture.jpg"]
    storage.strike("small/ab/picture.jpg")
    assert list(storage.jottings("small")) == []


def test_only_what_is_old_and_nobodys_is_swept_and_no_sign_is_left(storage, objects):
    named, old, fresh = (keep(storage, content) for content in (b"named", b"old", b"fresh"))
    for sha256 in (named, old):
        objects.age(storage.key(sha256), 2 * DAY)
    assert sweep(storage, lambda hashes: {named} & set(hashes)) == 1
    assert set(objects.kept) == {storage.key(named), storage.key(fresh)}


@pytest.mark.parametrize("at", [1, 2], ids=["before the sign", "under the sign"])
def test_content_that_is_named_or_sent_again_while_it_is_swept_stays(storage, objects, monkeypatch, at):
    monkeypatch.setattr(bucket, "PATIENCE", 0.3)
    sha256, looks = keep(storage, b"again"), []
    objects.age(storage.key(sha256), 2 * DAY)

    def rows(hashes: Collection[str]) -> Collection[str]:
        looks.append(hashes)
        if len(looks) == at == 1:
            keep(storage, b"again")
        if len(looks) == at == 2:  # whoever sends it now is told to try again, rather than believing it is kept
            with pytest.raises(StoreAway):
                keep(storage, b"again")
            return hashes
        return []

    assert sweep(storage, rows) == 0
    assert set(objects.kept) == {storage.key(sha256)}
    assert keep(storage, b"again") == sha256


def test_content_removed_after_it_was_put_is_put_once_more(storage, objects, monkeypatch):
    """The sweep took it between the putting and the look for its sign, and its sign is down again."""
    waited, removed = storage._wait_for_sweep, list[object]()

    def meanwhile(key: str, until: float) -> None:
        if not removed:
            removed.append(objects.kept.pop(key))
        waited(key, until)

    monkeypatch.setattr(storage, "_wait_for_sweep", meanwhile)
    assert storage.key(keep(storage, b"here")) in objects.kept


def test_the_sign_of_a_sweep_that_was_cut_off_stands_in_nobodys_way_for_long(storage, objects, monkeypatch):
    monkeypatch.setattr(bucket, "PATIENCE", 0.3)
    sha256 = keep(storage, b"again")
    sign = f"{storage.key(sha256)}.going-1"
    objects.kept[sign] = b"", clock.now()
    with pytest.raises(StoreAway):
        keep(storage, b"again")
    objects.age(sign, bucket.SIGN_LASTS)
    assert keep(storage, b"again") == sha256
    storage.remove_half_written(before=clock.now() - timedelta(seconds=30))
    assert sign not in objects.kept


def test_a_store_that_is_away_breaks_off_or_refuses_is_told_as_trouble(storage, objects, monkeypatch):
    monkeypatch.setattr(bucket, "SPARED", 0)
    sha256 = keep(storage, b"whole content")
    objects.breaks_off = True
    with pytest.raises(StoreAway):
        storage.open(sha256)
    objects.breaks_off, objects.refuses = False, 403
    with pytest.raises(StoreAway):
        keep(storage, b"new")
    assert storage.trouble() == "away"
    objects.refuses = 0
    assert storage.trouble() == ""
    stranger = Bucket(Connection(replace(objects.access, secret="doan-mo")), "tinh/", storage.scratch)
    with pytest.raises(StoreAway, match="SignatureDoesNotMatch"):
        keep(stranger, b"new")
    assert list(storage.scratch.iterdir()) == []


def test_while_it_is_silent_nobody_else_waits_for_it(tmp_path, objects):
    with keeping() as gone:
        access = gone.access
    storage = Bucket(Connection(access), "", tmp_path)
    with pytest.raises(StoreAway, match="Error"):
        keep(storage, b"a")
    with pytest.raises(StoreAway, match="a moment ago"):
        keep(storage, b"a")


def test_what_a_backup_held_is_taken_over_and_cleared_again(storage, objects, tmp_path):
    folder = Folder(tmp_path / "unpacked")
    sha256 = folder.keep(BytesIO(b"a record's"), limit=99).sha256
    waits = folder.apart("staged").keep(BytesIO(b"waits"), limit=99).sha256
    assert storage.is_empty()
    storage.adopt(folder.root)
    assert (list(storage.contents()), list(storage.apart("staged").contents())) == ([sha256], [waits])
    assert not storage.is_empty()
    storage.clear()
    assert (storage.is_empty(), objects.kept) == (True, {})

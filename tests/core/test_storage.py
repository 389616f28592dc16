"""Files kept by their hash: whole or not at all, and never swept from under whoever is about to name them."""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Collection
from datetime import timedelta
from io import BytesIO
from threading import Event, Lock, Thread

import pytest

from inspect_app.core import clock
from inspect_app.core.errors import Invalid
from inspect_app.core.storage.folder import Folder

DAY = timedelta(days=1)


@pytest.fixture
def storage(tmp_path):
    return Folder(tmp_path / "evidence")


def keep(storage: Folder, content: bytes) -> str:
    return storage.keep(BytesIO(content), limit=1000).sha256


def aged(storage: Folder, content: bytes) -> str:
    """Kept two days ago."""
    sha256, then = keep(storage, content), (clock.now() - 2 * DAY).timestamp()
    os.utime(storage.path(sha256), (then, then))
    return sha256


def sweep(storage: Folder, named: Callable[[Collection[str]], Collection[str]] | None = None) -> int:
    return storage.remove_unnamed(named or (lambda hashes: []), before=clock.now() - DAY)


def there(storage: Folder) -> set[str]:
    return {path.name for path in storage.files()}


class Rows:
    """What rows name. `meanwhile` happens right after the sweep's first look (1), or the last one before it (2)."""

    def __init__(self, at: int, meanwhile: Callable[[], object]) -> None:
        self.at, self.meanwhile, self.names, self.looks = at, meanwhile, set[str](), 0

    def __call__(self, hashes: Collection[str]) -> Collection[str]:
        self.looks += 1
        if self.looks == 2 and self.at == 2:
            self.meanwhile()
        found = self.names & set(hashes)
        if self.looks == 1 and self.at == 1:
            self.meanwhile()
        return found


def test_content_is_kept_once_and_nothing_half_written_stays(storage):
    assert keep(storage, b"a") == keep(storage, b"a")
    with pytest.raises(Invalid):
        keep(storage, b"x" * 1001)
    assert [path.read_bytes() for path in storage.files()] == [b"a"]
    assert storage.root.stat().st_mode & 0o777 == 0o700
    assert next(storage.files()).stat().st_mode & 0o777 == 0o600


def test_damaged_content_gives_way_to_the_same_content_sent_again(storage):
    sha256 = keep(storage, b"whole")
    storage.path(sha256).write_bytes(b"wh")
    assert storage.digest(sha256) != sha256
    assert keep(storage, b"whole") == sha256
    assert storage.path(sha256).read_bytes() == b"whole"


def test_only_what_is_old_and_nobodys_is_swept_and_storages_below_are_left_alone(storage):
    named, old, fresh = aged(storage, b"named"), aged(storage, b"old"), keep(storage, b"fresh")
    below = aged(Folder(storage.root / "staged"), b"waits")
    assert sweep(storage, lambda hashes: {named} & set(hashes)) == 1
    assert there(storage) == {named, fresh, below}
    assert old not in there(storage)


@pytest.mark.parametrize("at", [1, 2])
def test_content_that_is_sent_again_while_it_is_being_swept_stays(storage, at):
    sha256 = aged(storage, b"again")
    rows = Rows(at, lambda: keep(storage, b"again"))
    sweep(storage, rows)
    assert storage.path(sha256).read_bytes() == b"again"
    assert there(storage) == {sha256}
    assert keep(storage, b"again") == sha256


def test_content_that_a_row_names_in_the_last_moment_goes_back(storage):
    sha256 = aged(storage, b"old")
    rows = Rows(1, lambda: rows.names.add(sha256))
    assert sweep(storage, rows) == 0
    assert there(storage) == {sha256}


def test_what_a_sweep_that_was_cut_off_took_aside_goes_back_with_the_next(storage):
    sha256 = aged(storage, b"old")

    def end() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(storage, Rows(2, end))
    assert not storage.path(sha256).exists()
    assert sweep(storage, lambda hashes: hashes) == 0
    assert there(storage) == {sha256}


def test_what_was_half_written_goes_when_it_is_old(storage):
    keep(storage, b"a")
    old, fresh = storage.root / "in-old", storage.root / "in-fresh"
    for path in (old, fresh):
        path.write_bytes(b"x")
    os.utime(old, (0, 0))
    assert storage.remove_half_written(before=clock.now() - DAY) == 1
    assert not old.exists()
    assert fresh.exists()


def test_four_who_send_the_same_files_again_and_again_never_lose_one_to_a_sweep(storage):
    """Each names what it kept and looks whether it is there, while everything unnamed is swept as fast as can be."""
    contents = [b"0", b"1", b"2"]
    hashes = [hashlib.sha256(content).hexdigest() for content in contents]
    coming, named, lock, stop = Counter[str](), Counter[str](), Lock(), Event()
    lost: list[str] = []

    def seen(sha256: str) -> bool:
        return storage.path(sha256).exists() or any(storage.root.glob(f"out-{sha256}*"))

    def send() -> None:
        for turn in range(30):
            sha256 = hashes[turn % 3]
            with lock:
                coming[sha256] += 1
            keep(storage, contents[turn % 3])
            with lock:
                named[sha256] += 1
            if not any(seen(sha256) for _ in range(9)):  # one look may miss what is just on its way back
                lost.append(sha256)
            with lock:
                coming[sha256] -= 1
                named[sha256] -= 1

    def sweeping() -> None:
        then = (clock.now() - 2 * DAY).timestamp()
        while not stop.is_set():
            for sha256 in hashes:
                with lock:  # two days in which nobody sent it
                    if not coming[sha256] and storage.path(sha256).exists():
                        os.utime(storage.path(sha256), (then, then))
            swept.append(sweep(storage, lambda several: [sha256 for sha256 in several if named[sha256]]))

    swept: list[int] = []
    broom, senders = Thread(target=sweeping), [Thread(target=send) for _ in range(4)]
    for thread in (broom, *senders):
        thread.start()
    for thread in senders:
        thread.join()
    stop.set()
    broom.join()
    assert lost == []
    assert sum(swept) > 0

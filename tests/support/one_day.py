"""A run stands on one day: where Hanoi's midnight is near, it has passed already.

Tests hold today in a constant, and so may not see it change. For a run that begins shortly before midnight the zone of
Vietnam is told in a file of its own: as it always was until some hours ago, and half a day further east since then.
Clocks go right and every moment is what it was; only the calendar has turned over. Python looks for zones where
PYTHONTZPATH says, so that the workers and the programs that tests start agree.
"""

import atexit
import os
import shutil
import struct
import tempfile
import zoneinfo
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

ZONE = "Asia/Ho_Chi_Minh"
HANOI = timedelta(hours=7)
FURTHER_EAST = timedelta(hours=14)
LONGEST_RUN = timedelta(hours=2)
SINCE = timedelta(hours=8)
"""Before the run: an hour ago, too, it was today."""


def stand_on_one_day(now: datetime) -> None:
    """Let no midnight come within the longest run that begins now, here and in whatever is started from here."""
    if not turns_soon(now):
        return
    folder = Path(tempfile.mkdtemp(prefix="zones-"))
    atexit.register(shutil.rmtree, folder)
    file = folder / ZONE
    file.parent.mkdir()
    file.write_bytes(further_east(now - SINCE))
    os.environ["PYTHONTZPATH"] = os.pathsep.join([str(folder), *zoneinfo.TZPATH])
    os.environ["PYTZ_TZDATADIR"] = str(folder)
    zoneinfo.reset_tzpath()
    ZoneInfo.clear_cache()


def turns_soon(now: datetime) -> bool:
    """Whether a long run that begins now would see two days."""
    here = timezone(HANOI)  # as it is, also where a run has moved it already
    return now.astimezone(here).date() != (now + LONGEST_RUN).astimezone(here).date()


def further_east(since: datetime) -> bytes:
    """The zone as a file (RFC 9636): seven hours ahead of Greenwich until `since`, fourteen from then on."""
    names = b"+07\0+14\0"
    kinds = b"".join(
        struct.pack(">lBB", round(offset.total_seconds()), 0, 4 * place)
        for place, offset in enumerate((HANOI, FURTHER_EAST))
    )

    def block(moment: str) -> bytes:
        head = b"TZif2" + bytes(15) + struct.pack(">6l", 0, 0, 0, 1, 2, len(names))
        return head + struct.pack(moment, round(since.astimezone(UTC).timestamp())) + b"\1" + kinds + names

    return block(">l") + block(">q") + b"\n<+14>-14\n"

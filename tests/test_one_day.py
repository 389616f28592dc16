"""No run sees two days, whenever it begins (support/one_day.py)."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.support.one_day import HANOI, LONGEST_RUN, SINCE, further_east, turns_soon

ROOT = Path(__file__).parent.parent
MIDNIGHT = datetime(2031, 3, 14, 17, tzinfo=UTC)
"""When the 15th begins in Hanoi."""
TELL = """
import os, subprocess, sys
from datetime import datetime
from zoneinfo import ZoneInfo
print(datetime.fromisoformat(sys.argv[1]).astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).date(), flush=True)
if sys.argv[2:]:
    from tests.support.one_day import stand_on_one_day
    stand_on_one_day(datetime.fromisoformat(sys.argv[1]))
    subprocess.run([sys.executable, "-c", *sys.orig_argv[2:4]], check=True)
"""


def test_whenever_a_run_begins_it_is_the_same_day_until_it_ends():
    for minutes in range(-24 * 60, 24 * 60, 5):
        begin = MIDNIGHT + timedelta(minutes=minutes)
        zone = ZoneInfo.from_file(BytesIO(further_east(begin - SINCE))) if turns_soon(begin) else timezone(HANOI)
        seen = {(begin + share * LONGEST_RUN / 8).astimezone(zone).date() for share in range(8)}
        assert len(seen) == 1, begin


def test_what_was_long_before_the_run_is_dated_as_ever():
    zone = ZoneInfo.from_file(BytesIO(further_east(MIDNIGHT)))
    for moment in (MIDNIGHT - timedelta(hours=1), MIDNIGHT - timedelta(days=9000)):
        assert moment.astimezone(zone).utcoffset() == timedelta(hours=7)


def test_programs_that_a_run_starts_are_on_its_day():
    begin = (MIDNIGHT - timedelta(minutes=3)).isoformat()
    untold = {name: value for name, value in os.environ.items() if name not in ("PYTHONTZPATH", "PYTZ_TZDATADIR")}
    asked = [sys.executable, "-c", TELL, begin, "go on"]
    told = subprocess.run(asked, cwd=ROOT, env=untold, capture_output=True, text=True)
    assert (told.stdout.split(), told.stderr) == (["2031-03-14", "2031-03-15"], "")

"""Nothing of the program is imported before it is settled which day it is."""

from datetime import UTC, datetime

from tests.support.one_day import stand_on_one_day

stand_on_one_day(datetime.now(UTC))

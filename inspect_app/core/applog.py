"""Where the program's own log goes: to standard output, a line for each thing worth knowing. It stops no work."""

import sys
from contextlib import suppress


class Printer:
    """For structlog. What cannot be written is dropped: a full disk under the log must not break reading."""

    def msg(self, message: str) -> None:
        with suppress(OSError, ValueError):
            sys.stdout.write(message + "\n")
            sys.stdout.flush()

    debug = info = warning = error = critical = msg

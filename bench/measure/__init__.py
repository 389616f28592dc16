"""What a page costs against what it must cost: the real server, references beside each page, in one run.

`references` serves the program with the references beside it, `server` starts that and reads what it spent,
`client` asks, `subjects` says as whom and for what, `pages` is the table of pages, `rounds` measures them in turns,
`promises` says what they must keep to, `report` prints it, `profiling` says where the time of a page goes.
"""

from typing import Any


def measure(*given: Any, **named: Any) -> int:
    """See `run.measure`; imported late, so that the server which is measured holds nothing of the measuring."""
    from bench.measure.run import measure as run

    return run(*given, **named)

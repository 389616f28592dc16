"""A program of its own that sets one letter: what Typst keeps for the next ones, 150 MB after forty, goes with it.

Started by `services.pdf` with the path of the layout and the moment. The letter comes in as JSON and goes out as
PDF/A-2a; why it does not is said on the standard error. Imports nothing of ours.
"""

import sys
from datetime import datetime
from pathlib import Path

import typst


def main(layout: str, at: str) -> None:
    letter = sys.stdin.buffer.read().decode()
    compiler = typst.Compiler(layout, root=str(Path(layout).parent))
    moment = datetime.fromisoformat(at)
    try:
        content = compiler.compile(
            layout, format="pdf", sys_inputs={"letter": letter}, pdf_standards=["a-2a"], timestamp=moment
        )
    except typst.TypstError as error:
        sys.exit(str(error))
    assert isinstance(content, bytes)
    sys.stdout.buffer.write(content)


if __name__ == "__main__":
    main(*sys.argv[1:])

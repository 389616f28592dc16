"""What is asked, with the files that come along."""

from typing import IO, Any

import flask


class Request(flask.Request):
    """A request that closes at its end every file it began to take, also one whose connection broke in the middle."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.begun: list[IO[bytes]] = []

    def _get_file_stream(self, *args: Any, **more: Any) -> IO[bytes]:
        stream = super()._get_file_stream(*args, **more)
        self.begun.append(stream)
        return stream

    def close(self) -> None:
        super().close()
        for stream in self.begun:
            stream.close()

"""Files that people sent, answered so that a browser can keep or look at them and do nothing else."""

from datetime import datetime
from typing import Protocol

from flask import Response, abort, current_app, make_response, send_file

from inspect_app.core import pictures, scanning
from inspect_app.core.errors import WrongState
from inspect_app.core.pictures import NoPicture, TooManyPixels
from inspect_app.core.storage import Storage

_ALONE = "default-src 'none'; sandbox; frame-ancestors 'none'"


def alone(answer: Response) -> Response:
    """A browser that shows it all the same may load nothing and run nothing."""
    answer.headers["Content-Security-Policy"] = _ALONE
    return answer


class Received(Protocol):
    """A file that somebody sent with a record."""

    @property
    def sha256(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def media_type(self) -> str: ...
    @property
    def received_at(self) -> datetime: ...
    @property
    def can_be_shown(self) -> bool: ...


def original(file: Received) -> Response:
    """The file as it came: always to be saved, never shown by the browser. Raises WrongState of what harms."""
    if scanning.is_harmful(file.sha256):
        raise WrongState("Tệp này có thể chứa mã độc nên không tải xuống được. Báo quản trị hệ thống.")
    storage = _storage()
    answer = send_file(
        storage.open(file.sha256),
        mimetype=file.media_type,
        as_attachment=True,
        download_name=file.name,
        etag=False,
        conditional=False,
        last_modified=file.received_at,
    )
    answer.content_length = storage.sizes([file.sha256])[file.sha256]
    answer.headers["Cache-Control"] = "no-store"
    return alone(answer)


def preview_of(file: Received) -> Response:
    """A small upright copy, made here, without where and with what the picture was taken; 404 of what is no picture."""
    if not file.can_be_shown:
        abort(404)
    return small_copy(_storage(), file.sha256)


def small_copy(storage: Storage, sha256: str) -> Response:
    """A small upright copy of the picture, made here. 404 where it cannot be drawn; raises FileNotFoundError."""
    try:
        content = pictures.small_of(storage, sha256)
    except (NoPicture, TooManyPixels):
        abort(404)
    answer = make_response(content)
    answer.mimetype = "image/jpeg"
    return alone(answer)


def _storage() -> Storage:
    storage: Storage = current_app.extensions["storage"]
    return storage

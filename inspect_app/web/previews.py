"""Files that people sent, answered so that a browser can keep or look at them and do nothing else."""

from flask import Response, abort, make_response

from inspect_app.core import pictures
from inspect_app.core.pictures import NoPicture, TooManyPixels
from inspect_app.core.storage import Storage

_ALONE = "default-src 'none'; sandbox; frame-ancestors 'none'"


def alone(answer: Response) -> Response:
    """A browser that shows it all the same may load nothing and run nothing."""
    answer.headers["Content-Security-Policy"] = _ALONE
    return answer


def small_copy(storage: Storage, sha256: str) -> Response:
    """A small upright copy of the picture, made here. 404 where it cannot be drawn; raises FileNotFoundError."""
    try:
        content = pictures.small_of(storage, sha256)
    except (NoPicture, TooManyPixels):
        abort(404)
    answer = make_response(content)
    answer.mimetype = "image/jpeg"
    return alone(answer)

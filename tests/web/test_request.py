"""What is left of a request whose connection broke."""

import io

import pytest
from flask import request
from werkzeug.exceptions import ClientDisconnected

from inspect_app.web.request import Request

PART = b'--x\r\nContent-Disposition: form-data; name="files"; filename="anh.jpg"\r\n\r\n'
SMALL, ON_THE_DISK = 1_000, 700_000


@pytest.mark.parametrize("size", [SMALL, ON_THE_DISK])
def test_a_file_that_was_cut_off_is_closed_with_its_request(app, size):
    body = PART + b"\xff" * size
    with app.test_request_context(
        "/uploads",
        method="POST",
        input_stream=io.BytesIO(body),
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(len(body) + 20_000_000)},
    ):
        with pytest.raises(ClientDisconnected):
            _ = request.files
        assert isinstance(request, Request)
        taken = list(request.begun)
        assert [file.closed for file in taken] == [False]
    assert [file.closed for file in taken] == [True]

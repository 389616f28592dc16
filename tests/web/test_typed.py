"""What came with a request that could not be answered is given back, but for what nobody should read."""

import pytest
from flask import request

from inspect_app.web import typed

LONG = "Bảng niêm yết phải treo ở sảnh hay trong phòng tiếp dân?"


@pytest.fixture
def given_back(app):
    def sent(path, received=True, **fields):
        with app.test_request_context(path, method="POST", data=fields):
            if received:
                assert request.form
            return typed.unsent()

    return sent


def test_text_comes_back_with_its_key_and_without_passwords_and_tokens(given_back):
    back = given_back(
        "/findings/7/message?x=1", text=LONG, once="k" * 24, csrf_token="t", current_password="mật khẩu của tôi"
    )
    assert back.fields == [("text", LONG), ("once", "k" * 24)]
    assert back.texts == [LONG]
    assert back.address == "/findings/7/message?x=1"


@pytest.mark.parametrize("path", ["/login", "/password", "/no-such-page"])
def test_nothing_comes_back_from_pages_of_passwords_and_from_nowhere(given_back, path):
    assert given_back(path, text=LONG) is None


def test_what_was_not_received_whole_is_not_read_again(given_back):
    assert given_back("/findings/7/message", received=False, text=LONG) is None


def test_too_much_is_not_carried_around(given_back):
    assert given_back("/findings/7/message", text="x" * (typed.MOST + 1)) is None

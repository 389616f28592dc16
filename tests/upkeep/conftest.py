"""A database of one's own to look after."""

from collections.abc import Iterator

import pytest
from flask import Flask

from inspect_app.core.db import db
from inspect_app.plans import services as plans
from tests.support.make import Make


@pytest.fixture
def own_make(own_app: Flask) -> Iterator[Make]:
    """What it makes is committed, and seen by every connection."""
    with own_app.app_context():
        plans.load_areas()
        db.session.commit()
        yield Make(db.session)
        db.session.rollback()

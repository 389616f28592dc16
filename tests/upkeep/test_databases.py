"""How the programs of PostgreSQL are told where the database is."""

import pytest

from inspect_app.upkeep.services import databases


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql+psycopg://u:secret@h:5433/so?sslmode=require", "postgresql://u@h:5433/so?sslmode=require"),
        ("postgresql://u@h/so", "postgresql://u@h/so"),
        ("postgresql:///so?host=/run/postgresql", "postgresql:///so?host=%2Frun%2Fpostgresql"),
    ],
)
def test_no_password_and_no_stand_in_for_one_is_in_the_address(url, said):
    database = databases.of_url(url)
    assert isinstance(database, databases.PostgreSQL)
    assert database.address() == said

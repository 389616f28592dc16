"""The files that records name, wherever they are named."""

from collections.abc import Iterator

from sqlalchemy import Engine, literal, select, union_all

from inspect_app.documents.models import LetterTemplate
from inspect_app.findings.models import Evidence
from inspect_app.tasks.models import TaskFile
from inspect_app.upkeep.queries.looking import at_one_moment

NAMING = (Evidence, TaskFile, LetterTemplate)
"""Files for good; those that wait to be fetched or sent are nobody's record."""
BATCH = 1000


def named_files(engine: Engine) -> Iterator[tuple[str, str]]:
    """SHA-256 of each file once, in their order, and the first record that names it: `evidence 12`."""
    last = ""
    while True:
        every = union_all(
            *(
                select(model.sha256, literal(model.__tablename__).label("named"), model.id).where(model.sha256 > last)
                for model in NAMING
            )
        ).subquery()
        query = select(every).order_by(every.c.sha256, every.c.named, every.c.id).limit(BATCH)
        with at_one_moment(engine) as connection:
            rows = connection.execute(query).all()
        for row in rows:
            if row.sha256 != last:
                last = row.sha256
                yield row.sha256, f"{row.named} {row.id}"
        if len(rows) < BATCH:
            return

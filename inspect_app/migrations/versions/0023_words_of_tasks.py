"""Words of tasks are found through an index, as those of findings are."""

import re
from itertools import pairwise

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

BATCH = 5_000
LONGEST, MOST = 40, 20_000
WORD = re.compile(r"[^\W_]+")
SQLITE = {
    "make": "CREATE VIRTUAL TABLE task_words USING fts5("
    "words, detail=none, columnsize=0, prefix='2 3 4', tokenize=\"ascii tokenchars '_'\")",
    "write": "INSERT INTO task_words (rowid, words) VALUES (:id, :words)",
    # One large segment instead of many small ones: a search asks each.
    "finish": ["INSERT INTO task_words (task_words) VALUES ('optimize')"],
}
POSTGRESQL = {
    # No foreign key: to make one would keep everybody from writing tasks until all their words are here.
    "make": "CREATE TABLE task_words (rowid BIGINT CONSTRAINT pk_task_words PRIMARY KEY, words TSVECTOR NOT NULL)",
    "write": "INSERT INTO task_words (rowid, words)"
    " VALUES (:id, array_to_tsvector(array_remove(string_to_array(:words, ' '), '')))",
    # Without a list of what is still to be sorted in, which each search would have to go through.
    "finish": [
        "CREATE INDEX ix_task_words ON task_words USING gin (words) WITH (fastupdate = off)",
        # Whether a word is common or rare decides how PostgreSQL goes about a search.
        "ANALYZE task_words",
    ],
}


def kept(folded):
    """As core/words.py said when this was written."""
    found = [word[:LONGEST] for word in WORD.findall(folded)[:MOST]]
    pairs = [f"_{one}_{other}" for one, other in pairwise(found)]
    return f" {' '.join(dict.fromkeys([*found, *pairs]))} "


def upgrade():
    connection = op.get_bind()
    sql = SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL
    op.execute(sql["make"])
    after = 0
    texts = sa.text("SELECT id, folded FROM task WHERE id > :after ORDER BY id LIMIT :batch")
    while rows := connection.execute(texts, {"after": after, "batch": BATCH}).all():
        connection.execute(sa.text(sql["write"]), [{"id": row.id, "words": kept(row.folded)} for row in rows])
        after = rows[-1].id
    for statement in sql["finish"]:
        op.execute(statement)


def downgrade():
    op.execute("DROP TABLE task_words")

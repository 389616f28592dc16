"""Rules as tables that people read and tests check cell by cell."""


def cells(table: str) -> list[tuple[str, str, str]]:
    """Read a whitespace-aligned table into (row, column, cell) triples."""
    header, *rows = (line.split() for line in table.strip().splitlines() if line.strip())
    return [(row, column, cell) for row, *values in rows for column, cell in zip(header, values, strict=True)]

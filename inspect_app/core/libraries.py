"""Large libraries that few requests need: whatever uses one imports it in the function that does (decisions/0029)."""

from importlib.util import find_spec

LATER = (
    "alembic",
    "docx",
    "docxtpl",
    "icalendar",
    "lxml",
    "pi_heif",
    "pyrage",
    "python_calamine",
    "rapidfuzz",
    "typst",
    "xlsxwriter",
)


def must_be_there() -> None:
    """One that is missing is told of when the program starts, not when somebody asks for a letter.

    Raises ModuleNotFoundError.
    """
    for name in LATER:
        if find_spec(name) is None:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

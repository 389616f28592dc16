"""A program of its own that reads one spreadsheet: whatever the file does to it, it does to nobody else.

Started by `services.reading` with the file's path, the number of the sheet and the limits; says what it found as JSON
on its standard output. Imports nothing of ours, takes a gigabyte and twenty seconds at most.
"""

import contextlib
import json
import re
import sys
import zipfile
from datetime import date, datetime
from typing import Any

MEMORY = 1 << 30
SECONDS = 20
_FORMULA_XLSX = re.compile(
    rb'<c r="([A-Z]{1,3}[0-9]{1,7})"[^>]*>\s*<f\b[^>]*?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)
_FORMULA_ODS = re.compile(rb"<table:table-cell(?=[^>]*\btable:formula=)(?![^>]*\boffice:value-type=)[^>]*>")


def main(path: str, wanted: int, most_rows: int, most_columns: int, aside: str) -> dict[str, Any]:
    """`error`: a code; otherwise the names of the `sheets`, and the `rows` of the wanted one.

    The sheet that is called `aside` is none of these; its rows come as `aside`.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        book = CalamineWorkbook.from_path(path)
        names = [name for name in book.sheet_names if name != aside]
        sheet = book.get_sheet_by_name(names[wanted])
        if sheet.total_width > most_columns or sheet.total_height > most_rows:
            return {"error": "large", "rows": sheet.total_height, "columns": sheet.total_width}
        if (place := _without_a_value(path)) is not None:
            return {"error": "formula", "cell": place}
        rows = sheet.to_python(skip_empty_area=False)
        kept = _kept(book, aside, most_rows, most_columns)
    except PasswordError:
        return {"error": "password"}
    except (CalamineError, MemoryError, ValueError, IndexError, zipfile.BadZipFile, OSError):
        return {"error": "unreadable"}
    return {"sheets": names, "rows": _all_plain(rows), "aside": _all_plain(kept)}


def _kept(book: Any, name: str, most_rows: int, most_columns: int) -> Any:
    if name not in book.sheet_names:
        return []
    sheet = book.get_sheet_by_name(name)
    return [] if sheet.total_width > most_columns or sheet.total_height > most_rows else sheet.to_python()


def _all_plain(rows: Any) -> list[list[Any]]:
    return [[_plain(cell) for cell in row] for row in rows]


def _without_a_value(path: str) -> str | None:
    """A cell whose formula was never worked out: nobody knows what it says."""
    if not zipfile.is_zipfile(path):
        return None
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if name.startswith("xl/worksheets/") and (found := _FORMULA_XLSX.search(package.read(name))):
                return found[1].decode()
            if name == "content.xml" and _FORMULA_ODS.search(package.read(name)):
                return ""
    return None


def _plain(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return {"day": cell.date().isoformat()}
    if isinstance(cell, date):
        return {"day": cell.isoformat()}
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return int(cell)
    return cell if isinstance(cell, str | int | float | bool) else str(cell)


if __name__ == "__main__":
    with contextlib.suppress(ImportError, ValueError):  # Windows has no such limits
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5])))  # noqa: T201

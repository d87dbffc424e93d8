"""Files as people have them, read into rows of text: CSV in its dialects, XLSX, JSON and YAML."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

import yaml
from django.utils.translation import gettext as _

from tabard.kernel.errors import Invalid

LARGEST = 10_000_000  # bytes
MOST_PARTS = 2_000  # files in an XLSX
UNPACKED = 150_000_000  # bytes of an XLSX when it is unpacked
MOST_ROWS = 50_000
MOST_COLUMNS = 200
LONGEST_CELL = 20_000


@dataclass(frozen=True)
class Read:
    """One row: its number as the person sees it in their file, its cells, or why it cannot be read."""

    number: int
    cells: dict[str, str]
    wrong: str = ""


@dataclass(frozen=True)
class Table:
    """`sheet` is the one that was read, `sheets` are all of its file; empty where a file has none."""

    headers: list[str]
    rows: list[Read] = field(default_factory=list)
    sheet: str = ""
    sheets: tuple[str, ...] = ()


def read(name: str, data: bytes, sheet: str = "") -> Table:
    """The rows of a file, of an Excel file those of `sheet` or of its first one.

    `Invalid` says what is wrong with the file as a whole.
    """
    if not data.strip():
        raise _bad(_("The file is empty."))
    if len(data) > LARGEST:
        raise _bad(_("The file is larger than 10 MB. Split it, and bring the parts one after the other."))
    ending = name.casefold().rpartition(".")[2]
    if data[:4] == b"PK\x03\x04" or ending == "xlsx":
        table = _xlsx(data, sheet)
    elif sheet:
        raise Invalid({"sheet": [_("Only Excel files have sheets. Leave it out.")]})
    elif ending == "json":
        table = _records(_json(_decoded(data)))
    elif ending in {"yaml", "yml"}:
        table = _records(_yaml(_decoded(data)))
    else:
        table = _csv(_decoded(data))
    if len(table.rows) > MOST_ROWS:
        raise _bad(_("The file has more than %(n)s rows. Split it.") % {"n": MOST_ROWS})
    if not table.headers or len(table.headers) > MOST_COLUMNS:
        raise _bad(_("The first row must name the columns, at most %(n)s of them.") % {"n": MOST_COLUMNS})
    if not table.rows:
        raise _bad(_("The file has names of columns, but no rows."))
    return table


def _bad(sentence: str) -> Invalid:
    return Invalid({"file": [sentence]})


def _decoded(data: bytes) -> str:
    """UTF-8, or UTF-16 where the file says so; nothing is guessed, because a guess spoils names silently."""
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        said = _("The file is not in UTF-8 (line %(line)s). Save it as “CSV UTF-8” and bring it again.")
        raise _bad(said % {"line": line}) from error
    if "\x00" in text:
        raise _bad(_("This is no text file."))
    return text


def _csv(text: str) -> Table:
    first = text.lstrip("\n\r").split("\n", 1)[0]
    delimiter = max(",;\t|", key=lambda mark: (first.count(mark), -",;\t|".index(mark)))
    csv.field_size_limit(LARGEST)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    headers: list[str] = []
    rows: list[Read] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if not headers:
                headers = _headers(cells)
                continue
            rows.append(_row(reader.line_num, headers, cells))
            if len(rows) > MOST_ROWS:
                break
    except csv.Error as error:
        raise _bad(_("Line %(line)s cannot be read as CSV.") % {"line": reader.line_num}) from error
    return Table(headers, rows)


def _headers(cells: Iterable[Any]) -> list[str]:
    found = [" ".join(str(cell if cell is not None else "").split()) for cell in cells]
    while found and not found[-1]:
        found.pop()
    twice = {h for h in found if h and found.count(h) > 1}
    if twice:
        raise _bad(_("Two columns are called “%(name)s”.") % {"name": sorted(twice)[0]})
    return found


def _row(number: int, headers: list[str], cells: list[str]) -> Read:
    while len(cells) > len(headers) and not cells[-1].strip():
        cells = cells[:-1]
    found = {h: c.strip() for h, c in zip(headers, cells, strict=False) if h}
    if len(cells) > len(headers):
        said = _("It has %(n)s cells, but there are %(m)s columns.")
        return Read(number, found, said % {"n": len(cells), "m": len(headers)})
    if any(len(c) > LONGEST_CELL or c.count("\n") > 50 for c in cells):
        return Read(number, {}, _("A cell is far too long: a quote was probably opened and never closed."))
    return Read(number, found)


def _xlsx(data: bytes, wanted: str) -> Table:
    """One sheet. What it unpacks to is limited before anything is unpacked."""
    import openpyxl  # long to load, and few files are of its kind

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > UNPACKED:
                raise _bad(_("The file unpacks to more than Tabard takes. Save it as CSV."))
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = _sheet(book.worksheets, wanted)
        headers, rows = _cells(sheet.iter_rows(values_only=True))
    except Invalid:
        raise
    except Exception as error:  # the library raises whatever a broken file makes it stumble over
        raise _bad(_("This cannot be read as an Excel file. Save it as CSV and bring it again.")) from error
    return Table(headers, rows, sheet.title, tuple(each.title for each in book.worksheets))


def _sheet(sheets: Sequence[Any], wanted: str) -> Any:
    """The sheet of that name, however it is written; the first where none is named."""
    if not wanted:
        return sheets[0]
    for each in sheets:
        if each.title.strip().casefold() == wanted.strip().casefold():
            return each
    names = ", ".join(f"“{each.title}”" for each in sheets[:20])
    said = _("There is no sheet called “%(name)s”. The file has %(names)s.")
    raise Invalid({"sheet": [said % {"name": wanted[:100], "names": names}]})


def _cells(lines: Iterable[Sequence[Any]]) -> tuple[list[str], list[Read]]:
    headers: list[str] = []
    rows: list[Read] = []
    for number, cells in enumerate(lines, 1):
        if not any(cell not in (None, "") for cell in cells):
            continue
        if not headers:
            headers = _headers(cells)
            continue
        rows.append(_row(number, headers, [said(cell) for cell in cells]))
        if len(rows) > MOST_ROWS:
            break
    return headers, rows


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise _bad(_("This is no JSON (line %(line)s).") % {"line": line}) from error


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _yaml(text: str) -> Any:
    """Plain values only: with references a small file can say more than fits into memory."""
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=_LOADER)):
            raise yaml.YAMLError("references are not taken")
        return yaml.load(text, Loader=_LOADER)  # noqa: S506 it is the safe one
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise _bad(_("This is no plain YAML (line %(line)s).") % {"line": line}) from error


def _records(found: Any) -> Table:
    """A list of objects, or an object with one such list in it."""
    if isinstance(found, Mapping):
        lists = [value for value in found.values() if isinstance(value, list)]
        found = lists[0] if len(lists) == 1 else None
    if not isinstance(found, list):
        raise _bad(_("The file must hold a list of rows, each with names and values."))
    headers: dict[str, None] = {}
    rows = []
    for number, record in enumerate(found, 1):
        if not isinstance(record, Mapping):
            rows.append(Read(number, {}, _("This is no row with names and values.")))
            continue
        cells = {" ".join(str(name).split()): said(value) for name, value in record.items()}
        headers.update(dict.fromkeys(cells))
        rows.append(Read(number, cells))
    return Table(list(headers), rows)


def said(value: Any) -> str:
    """A value of a sheet, of JSON or YAML as the text a person would have typed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time.min:
        return value.date().isoformat()  # a sheet knows no days without a time
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, list):
        return ", ".join(said(each) for each in value)
    if isinstance(value, Mapping):
        return ""
    return str(value).strip()[: LONGEST_CELL + 1].replace("\x00", "")

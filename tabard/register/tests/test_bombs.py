"""Spreadsheets that are small and mean gigabytes: refused, in little memory and time."""

import io
import multiprocessing
import re
import resource
import struct
import zipfile

import openpyxl
import pytest

from tabard.kernel.errors import Invalid
from tabard.register.imports import reading

MEGABYTE = 1024 * 1024
MOST, SECONDS = 256 * MEGABYTE, 20
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRINGS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
REFUSED = "cannot be read as an Excel file|unpacks to more"


def _parts() -> dict[str, str]:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["platform", "handle"])
    book.active.append(["x", "meridian"])
    book.save(out)
    with zipfile.ZipFile(out) as packed:
        parts = {name: packed.read(name).decode() for name in packed.namelist()}
    # As Excel has it, which keeps texts apart from the sheets.
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}"><si><t>platform</t></si></sst>'
    types = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{STRINGS}"/></Types>'
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace("</Types>", types)
    return parts


def _packed(parts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()


def _laughing() -> str:
    """A billion laughs: ten entities, each ten times the one before."""
    steps = [f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10)]
    return f'<!DOCTYPE x [<!ENTITY e0 "ha ha ha">{"".join(steps)}<!ENTITY bomb "&e9;">]>'


def _repeating() -> str:
    """One long entity, asked for many times in another."""
    return f'<!DOCTYPE x [<!ENTITY long "{"a" * 100_000}"><!ENTITY bomb "{"&long;" * 20_000}">]>'


def _armed(part: str, doctype: str) -> bytes:
    """A good spreadsheet in which the name of a sheet, or a text, is what the document type makes of it."""
    parts = _parts()
    place = {"xl/workbook.xml": r'(<sheet [^>]*name=")[^"]*', "xl/sharedStrings.xml": r"(<t>)[^<]*"}
    place["xl/worksheets/sheet1.xml"] = r"(<t>)[^<]*"
    armed, count = re.subn(place[part], r"\1&bomb;", parts[part], count=1)
    assert count == 1
    head, root = re.fullmatch(r"(<\?xml[^>]*>)?\s*(.*)", armed, re.S).groups()
    return _packed({**parts, part: f"{head or ''}{doctype}{root}"})


def _lying() -> bytes:
    """A part of a hundred megabytes that says it has a hundred bytes."""
    size = 100 * MEGABYTE
    data = _packed({**_parts(), "xl/worksheets/sheet1.xml": "<worksheet>" + " " * (size - 11)})
    assert data.count(struct.pack("<I", size)) == 2
    return data.replace(struct.pack("<I", size), struct.pack("<I", 100))


def _read(data: bytes, line) -> None:
    """In a process that may have little: whatever takes more is ended there, and says so."""
    now = int(re.search(r"VmSize:\s+(\d+)", open("/proc/self/status").read()).group(1)) * 1024  # noqa: SIM115
    resource.setrlimit(resource.RLIMIT_AS, (now + MOST, now + MOST))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        line.send([row.cells for row in reading.read("x.xlsx", data).rows])
    except Invalid as error:
        line.send(str(error.fields))


def _said(data: bytes):
    assert len(data) < MEGABYTE
    ours, theirs = multiprocessing.Pipe(duplex=False)
    reader = multiprocessing.get_context("fork").Process(target=_read, args=(data, theirs))
    reader.start()
    theirs.close()
    try:
        return ours.recv()
    finally:
        reader.join(SECONDS)
        assert reader.exitcode == 0


@pytest.mark.parametrize("doctype", [_laughing, _repeating])
@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"])
def test_entities_that_grow_are_refused(part, doctype):
    assert re.search(REFUSED, _said(_armed(part, doctype())))


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/sharedStrings.xml"])
def test_an_entity_reads_no_file(part, tmp_path):
    kept = tmp_path / "secret"
    kept.write_text("quite-a-secret")
    found = _said(_armed(part, f'<!DOCTYPE x [<!ENTITY bomb SYSTEM "{kept.as_uri()}">]>'))
    assert "quite-a-secret" not in str(found)


def test_a_part_that_is_larger_than_it_says_is_refused():
    assert re.search(REFUSED, _said(_lying()))


def test_the_same_process_reads_a_good_one():
    assert _said(_packed(_parts())) == [{"platform": "x", "handle": "meridian"}]

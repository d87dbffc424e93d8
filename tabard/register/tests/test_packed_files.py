"""Spreadsheets are packed: what they unpack to is looked at before anything is unpacked."""

import io
import zipfile
from unittest.mock import patch

import openpyxl
import pytest

from tabard.kernel.errors import Invalid
from tabard.register.imports import reading


def _sheet() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["platform", "handle"])
    book.active.append(["x", "meridian"])
    book.save(out)
    return out.getvalue()


def _with(*parts: tuple[str, bytes]) -> bytes:
    """A good spreadsheet with more in it."""
    out = io.BytesIO(_sheet())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts:
            packed.writestr(name, content)
    return out.getvalue()


def test_a_spreadsheet_as_they_are_is_read():
    assert [row.cells for row in reading.read("x.xlsx", _sheet()).rows] == [
        {"platform": "x", "handle": "meridian"}
    ]


@pytest.mark.parametrize(
    "packed",
    [
        _with(("xl/worksheets/sheet9.xml", b" " * (reading.UNPACKED + 1))),
        _with(*((f"xl/media/{n}.png", b"") for n in range(reading.MOST_PARTS))),
    ],
    ids=["large", "many"],
)
def test_what_unpacks_to_too_much_is_refused_unopened(packed):
    assert len(packed) < reading.LARGEST
    with patch.object(zipfile.ZipExtFile, "read") as opened, pytest.raises(Invalid, match="unpacks to more"):
        reading.read("x.xlsx", packed)
    opened.assert_not_called()

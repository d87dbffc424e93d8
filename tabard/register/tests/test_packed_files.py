"""Spreadsheets are packed: what they unpack to is looked at before anything is unpacked."""

import io
import zipfile
from datetime import UTC, datetime
from unittest.mock import patch

import openpyxl
import pytest

from tabard.kernel.errors import Invalid
from tabard.register import running
from tabard.register.imports import reading
from tabard.register.models import Import


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


def at(*moment: int) -> datetime:
    """As sheets have it: of no zone."""
    return datetime(*moment, tzinfo=UTC).replace(tzinfo=None)


def _book() -> bytes:
    """Notes first, the list second, as people have them."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.title = "Notes"
    book.active.append(["Who", "When"])
    book.active.append(["Ana", at(2026, 3, 1)])
    channels = book.create_sheet("Channels 2026")
    channels.append(["platform", "handle", "next check"])
    channels.append(["x", "meridian", at(2026, 3, 1, 9, 30)])
    before = book.create_sheet("Channels 2025")
    before.append(["platform", "handle"])
    before.append(["x", "oldmeridian"])
    book.save(out)
    return out.getvalue()


def test_a_sheet_is_chosen_by_its_name_however_it_is_written():
    first, second = reading.read("x.xlsx", _book()), reading.read("x.xlsx", _book(), " channels 2026 ")
    assert (first.sheet, first.sheets) == ("Notes", ("Notes", "Channels 2026", "Channels 2025"))
    assert second.rows[0].cells["handle"] == "meridian"


def test_days_are_days_and_moments_are_moments():
    assert reading.read("x.xlsx", _book()).rows[0].cells["When"] == "2026-03-01"
    row = reading.read("x.xlsx", _book(), "Channels 2026").rows[0]
    assert row.cells["next check"] == "2026-03-01T09:30:00"


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(Invalid, match=r"Notes.*Channels 2026"):
        reading.read("x.xlsx", _book(), "Units")
    with pytest.raises(Invalid, match="Only Excel files"):
        reading.read("x.csv", b"platform,handle\nx,a", "Units")


def _file() -> io.BytesIO:
    file = io.BytesIO(_book())
    file.name = "list.xlsx"
    return file


@pytest.mark.django_db
def test_another_sheet_is_chosen_when_the_first_was_the_wrong_one(cast, client):
    client.force_login(cast.owner)
    sent = client.post("/register/imports/", {"file": _file(), "unit": cast.nordics.pk})
    found = Import.objects.get()
    running.check(found.pk)
    page = client.get(sent.url).text
    assert "From the sheet “Channels 2026”" in page
    found.refresh_from_db()
    assert (found.state, found.counts["new"]) == ("checked", 1)
    client.post(f"/register/imports/{found.pk}/columns/", {"kind": "channels", "sheet": "Channels 2025"})
    running.check(found.pk)
    found.refresh_from_db()
    assert (found.columns["sheet"], found.results[0]["label"]) == ("Channels 2025", "x · oldmeridian")
    refused = client.post("/register/imports/", {"file": _file(), "unit": cast.nordics.pk, "sheet": "Units"})
    assert refused.status_code == 422
    assert "There is no sheet called “Units”" in refused.text

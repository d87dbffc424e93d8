"""The days on which clocks change: a post leaves at the wall-clock time that was meant."""

from __future__ import annotations

import csv
import os
from datetime import datetime
from pathlib import Path

import pytest

from tabard.kernel import clock
from tabard.kernel.errors import Invalid

DATA = os.environ.get("TABARD_REFERENCE_DATA", "")
EDGES = Path(DATA) / "data" / "timezone-edges" / "transitions_2010_2030.csv"


@pytest.mark.parametrize(
    ("zone", "wall", "utc"),
    [
        ("Europe/Sofia", "2026-03-29T02:59", "2026-03-29T00:59"),
        ("Europe/Sofia", "2026-03-29T04:00", "2026-03-29T01:00"),
        ("Europe/Sofia", "2026-10-25T03:30", "2026-10-25T00:30"),
        ("America/New_York", "2026-03-08T03:00", "2026-03-08T07:00"),
        ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30"),
        ("America/St_Johns", "2026-11-01T01:30", "2026-11-01T04:00"),
        ("Australia/Lord_Howe", "2026-10-04T02:30", "2026-10-03T15:30"),
        ("Australia/Lord_Howe", "2027-04-04T01:45", "2027-04-03T14:45"),
        ("Australia/Lord_Howe", "2027-04-04T02:00", "2027-04-03T15:30"),
    ],
)
def test_the_intended_wall_clock_time_is_kept(zone, wall, utc):
    assert clock.to_utc(datetime.fromisoformat(wall), zone) == datetime.fromisoformat(utc + "+00:00")


@pytest.mark.parametrize(
    ("zone", "wall", "twice"),
    [
        ("Europe/Sofia", "2026-10-25T03:30", True),
        ("Europe/Sofia", "2026-10-25T04:00", False),
        ("Europe/Sofia", "2026-03-29T03:30", False),
        ("America/New_York", "2026-11-01T01:30", True),
        ("Australia/Lord_Howe", "2027-04-04T01:45", True),
        ("Australia/Lord_Howe", "2027-04-04T01:15", False),
        ("Australia/Lord_Howe", "2026-10-04T02:15", False),
    ],
)
def test_a_time_that_exists_twice_is_known(zone, wall, twice):
    assert clock.is_twice(datetime.fromisoformat(wall), zone) is twice


@pytest.mark.reference
@pytest.mark.skipif(not EDGES.exists(), reason="TABARD_REFERENCE_DATA names no folder with clock changes")
def test_every_clock_change_of_two_decades():
    """In a gap: refused, with the hour after it as the proposal. In an overlap: the first of the two."""
    with EDGES.open() as file:
        rows = list(csv.DictReader(file))
    assert rows
    for row in rows:
        local = datetime.fromisoformat(row["sample_local"])
        if row["kind"] == "gap":
            with pytest.raises(Invalid):
                clock.to_utc(local, row["zone"])
        else:
            assert clock.to_utc(local, row["zone"]) == datetime.fromisoformat(row["sample_utc_fold0"]), row

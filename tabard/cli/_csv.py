"""CSV files and lines as commands are given them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from tabard.cli._start import Refused

LONGEST_CELL = 1_000_000


def lines(file: TextIO) -> Iterator[str]:
    """The lines that say something."""
    for line in file:
        if said := line.strip().removeprefix("\ufeff"):
            yield said


def stream(path: Path, needs: Sequence[str] = ()) -> Iterator[dict[str, str]]:
    """Row after row by the names of the columns, in small letters. Raises Refused where it cannot be read."""
    csv.field_size_limit(LONGEST_CELL)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="")
            reader.fieldnames = [name.strip().casefold() for name in reader.fieldnames or ()]
            missing = [name for name in needs if name not in reader.fieldnames]
            if missing:
                raise Refused(f"{path} has no column called {' or '.join(missing)}.")
            yield from reader
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise Refused(f"{path} is not in UTF-8.") from error
    except csv.Error as error:
        raise Refused(f"{path} cannot be read as CSV: {error}.") from error


def records(path: Path, needs: Sequence[str] = ()) -> list[dict[str, str]]:
    """All rows at once."""
    return list(stream(path, needs))

"""CSV files and lines as commands are given them."""

from __future__ import annotations

import contextlib
import csv
import operator
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from tabard.cli._start import Refused

LONGEST_CELL = 1_000_000


def lines(file: TextIO) -> Iterator[str]:
    """The lines that say something."""
    for line in file:
        if said := line.strip().removeprefix("\ufeff"):
            yield said


@contextlib.contextmanager
def _opened(path: Path, needs: Sequence[str]) -> Iterator[tuple[list[str], Iterator[list[str]]]]:
    """The names of the columns, in small letters, and the rows. Raises Refused where it cannot be read."""
    csv.field_size_limit(LONGEST_CELL)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file)
            names = [name.strip().casefold() for name in next(rows, [])]
            missing = [name for name in needs if name not in names]
            if missing:
                raise Refused(f"{path} has no column called {' or '.join(missing)}.")
            yield names, rows
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise Refused(f"{path} is not in UTF-8.") from error
    except csv.Error as error:
        raise Refused(f"{path} cannot be read as CSV: {error}.") from error


def stream(path: Path, columns: Sequence[str], needs: Sequence[str] = ()) -> Iterator[tuple[str, ...]]:
    """The cells of these columns, row after row; empty where a row or the list has none."""
    with _opened(path, needs) as (names, rows):
        at = [names.index(name) if name in names else len(names) for name in columns]
        chosen = operator.itemgetter(*at)
        width = len(names)
        for row in rows:
            if len(row) != width:
                if not row:
                    continue
                row = [*row[:width], *[""] * (width - len(row))]
            row.append("")
            yield chosen(row)


def records(path: Path, needs: Sequence[str] = ()) -> list[dict[str, str]]:
    """All rows at once, by the names of the columns; cells beyond them under None."""
    with _opened(path, needs) as (names, rows):
        found = []
        for row in rows:
            if not row:
                continue
            record: dict[Any, Any] = dict(zip(names, [*row, *[""] * len(names)], strict=False))
            if len(row) > len(names):
                record[None] = row[len(names) :]
            found.append(record)
        return found

"""`tabard text`: what platforms make of texts, for checks of whole files and for other programs."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, BinaryIO

import click
import orjson

from tabard.cli._start import Refused

if TYPE_CHECKING:
    from tabard.connectors.text.place import TextPlace
    from tabard.connectors.verdict import Found

AT_ONCE = 500  # lines written together
_EXACT = (str, int)
NOT_ASKED = 'This line is not {"id": ..., "text": "..."}.'


@click.group()
def command() -> None:
    """Judge texts by the rules of a platform."""


@command.command()
@click.option(
    "--placement", required=True, help="PLATFORM.FORMAT, such as x.text; `tabard text placements` lists them."
)
@click.argument("file", type=click.File("rb"), default="-")
def check(placement: str, file: BinaryIO) -> None:
    """Read JSON lines {"id", "text"}; write for each how long it is, what is live in it and what is wrong.

    A line that is no such object is answered with "error", and the exit code is then 1.
    """
    from tabard.connectors.registry import text_places

    places = text_places()
    if placement not in places:
        raise Refused(f"There is no placement {placement!r}. `tabard text placements` lists those there are.")
    wrong, lines = False, []
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        said = answer(line, places[placement])
        wrong |= said is None
        lines.append(said or json.dumps({"id": None, "line": number, "error": NOT_ASKED}).encode())
        if len(lines) >= AT_ONCE:
            click.echo(b"\n".join(lines))
            lines = []
    if lines:
        click.echo(b"\n".join(lines))
    if wrong:
        sys.exit(1)


def answer(line: bytes, place: TextPlace) -> bytes | None:
    """The answer to one line, as JSON; None if the line asks nothing."""
    from tabard.connectors.verdict import judge

    try:
        asked = _read(line)
        text, named = asked["text"], asked.get("id")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    if not isinstance(text, str):
        return None
    verdict = judge(text, place)
    return _written(
        {
            "id": named,
            "valid": verdict.valid,
            "length": verdict.length,
            "limit": verdict.limit,
            "entities": [
                {"kind": kind, "start": start, "end": end, "text": text[start:end]}
                for start, end, kind, _target in verdict.live
            ],
            "findings": [_plain(each) for each in verdict.found],
        }
    )


def _read(line: bytes) -> Any:
    """The quick reader knows neither halves of characters nor long numbers, which it would round."""
    with suppress(ValueError, TypeError, KeyError):
        asked = orjson.loads(line)
        if isinstance(asked["id"], _EXACT):
            return asked
    return json.loads(line)


def _written(said: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(said)
    except TypeError:  # half a character, or a number too long for it
        return json.dumps(said).encode()


def _plain(found: Found) -> dict[str, Any]:
    return {
        "code": found.finding.code,
        "level": found.finding.level,
        "start": found.start,
        "end": found.end,
        "says": str(found.finding),
        "mend": vars(found.mend) if found.mend else None,
    }


@command.command()
def placements() -> None:
    """List the placements, with how long their texts may be and how that is counted."""
    from tabard.connectors.registry import text_places

    for name, place in text_places().items():
        limit = "not known" if place.limit is None else str(place.limit)
        click.echo(
            f"{name:34} {limit:>9}  {place.unit}, as of {place.as_of}{'' if place.sure else ', not sure'}"
        )

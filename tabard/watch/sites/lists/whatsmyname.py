"""The format of WhatsMyName (its CONTRIBUTING.md and wmn-data-schema.json, seen 2026-11).

The surest of the three: it has a status and a text for both answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tabard.watch.sites.lists import rows as row_of
from tabard.watch.sites.lists.rows import NotTaken, Row

PLACE = "{account}"


def rows(said: Any) -> Iterator[tuple[str, Any]]:
    """Name and row of each site."""
    for each in said["sites"]:
        yield str(each.get("name", "")) if isinstance(each, dict) else "", each


def taken(said: Mapping[str, Any]) -> Row:
    """A row as a definition. Raises NotTaken."""
    if said.get("valid") is False:
        raise NotTaken("The list itself says that the row is out of order.")
    row_of.refuse_posts(bool(said.get("post_body")))
    asks = row_of.address(said.get("uri_check"), PLACE)
    there = row_of.status(said.get("e_code"), "a name that exists")
    missing = row_of.status(said.get("m_code"), "a name that does not exist")
    shown, absent = row_of.texts(said.get("e_string")), row_of.texts(said.get("m_string"))
    if there == missing and not (shown and absent):
        raise NotTaken("Both answers have the same status, and there is no text to tell them apart.")
    row = Row(
        {
            "profile": row_of.address(said.get("uri_pretty") or said.get("uri_check"), PLACE),
            "asks": asks,
            "exists": {"status": there} | ({"text": shown} if shown else {}),
            "absent": {"status": missing} | ({"text": absent} if absent else {}),
            "known": row_of.texts(said.get("known"))[:3],
        }
    )
    if said.get("strip_bad_char"):
        row.left.append("Names that have a sign which the list takes out are asked as they are.")
    row_of.headers(row, said.get("headers"))
    row_of.protection(row, said.get("protection"))
    return row

"""The format of Sherlock (its data.schema.json, seen 2026-11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tabard.watch.sites.lists import rows as row_of
from tabard.watch.sites.lists.rows import NotTaken, Row

PLACE = "{}"


def rows(said: Any) -> Iterator[tuple[str, Any]]:
    """Name and row of each site."""
    for name, row in said.items():
        if not name.startswith("$"):
            yield name, row


def taken(said: Mapping[str, Any]) -> Row:
    """A row as a definition. Raises NotTaken."""
    row_of.refuse_posts(said.get("request_method", "GET") in {"POST", "PUT"} or "request_payload" in said)
    row = Row(
        {
            "profile": row_of.address(said.get("url"), PLACE),
            "asks": row_of.address(said.get("urlProbe") or said.get("url"), PLACE),
            "exists": {"status": 200},
            "absent": _absent(said),
            "known": row_of.texts(said.get("username_claimed")),
        }
    )
    if said.get("regexCheck"):
        row.left.append("The expression for names is not taken: any name that most sites allow is asked for.")
    row_of.headers(row, said.get("headers"))
    return row


def _absent(said: Mapping[str, Any]) -> dict[str, Any]:
    kinds = row_of.texts(said.get("errorType"))
    if not kinds or not set(kinds) <= {"message", "status_code", "response_url"}:
        raise NotTaken("The row has no way to tell a missing name that the format has.")
    found: dict[str, Any] = {}
    if "message" in kinds:
        found["some"] = row_of.texts(said.get("errorMsg"))
    if "response_url" in kinds:
        wanted = row_of.texts(said.get("errorUrl"))
        found["redirect"] = wanted[0].replace(PLACE, "{handle}") if wanted else ""
    if "status_code" in kinds:
        codes = said.get("errorCode", 404)
        found["status"] = [
            row_of.status(each, "a missing name") for each in (codes if isinstance(codes, list) else [codes])
        ]
    if len(kinds) > 1:
        raise NotTaken(
            "The row has several ways to tell a missing name, of which any will do; we ask for all."
        )
    return found

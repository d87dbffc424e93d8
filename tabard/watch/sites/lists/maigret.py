"""The format of Maigret (its data.json and documentation, seen 2026-11). A row takes its engine's keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tabard.watch.sites.lists import rows as row_of
from tabard.watch.sites.lists.rows import NotTaken, Row

PLACE = "{username}"


def rows(said: Any) -> Iterator[tuple[str, Any]]:
    """Name and row of each site, with what its engine says."""
    engines = said.get("engines") or {}
    for name, row in said["sites"].items():
        engine = engines.get(row.get("engine"), {}).get("site", {}) if isinstance(row, dict) else {}
        yield name, {**engine, **row} if isinstance(row, dict) else row


def taken(said: Mapping[str, Any]) -> Row:
    """A row as a definition. Raises NotTaken."""
    if said.get("disabled"):
        raise NotTaken("The list itself says that the row is out of order.")
    row_of.refuse_posts(str(said.get("requestMethod", "GET")).upper() == "POST" or "requestPayload" in said)
    if said.get("activation") or said.get("protocol") in {"tor", "i2p", "dns"}:
        raise NotTaken("The site is reached by other ways than a plain page.")
    asked = _whole(said, said.get("urlProbe") or said.get("url"))
    shown = row_of.texts(said.get("presenseStrs") or said.get("presenceStrs"))
    row = Row(
        {
            "profile": row_of.address(_whole(said, said.get("url")), PLACE),
            "asks": row_of.address(asked, PLACE),
            "exists": {"status": 200} | ({"some": shown} if shown else {}),
            "absent": _absent(said),
            "known": row_of.texts(said.get("usernameClaimed")),
        }
    )
    nobody = said.get("usernameUnclaimed")
    if isinstance(nobody, str) and nobody:
        row.definition["impossible"] = nobody
    if said.get("regexCheck"):
        row.left.append("The expression for names is not taken: any name that most sites allow is asked for.")
    row_of.headers(row, said.get("headers"))
    row_of.protection(row, said.get("protection"))
    return row


def _whole(said: Mapping[str, Any], url: Any) -> Any:
    if not isinstance(url, str):
        return url
    main, sub = said.get("urlMain"), said.get("urlSubpath")
    url = url.replace("{urlMain}", main if isinstance(main, str) else "{urlMain}")
    return url.replace("{urlSubpath}", sub if isinstance(sub, str) else "")


def _absent(said: Mapping[str, Any]) -> dict[str, Any]:
    kind, texts = said.get("checkType"), row_of.texts(said.get("absenceStrs"))
    if kind == "status_code":
        return {"status": [404, 410]}
    if kind == "message" and texts:
        return {"some": texts}
    if kind == "message":
        raise NotTaken("The row has no text of a missing name; what only lacks a sign may be anything.")
    if kind == "response_url":
        raise NotTaken("The row does not say where the site sends for a missing name.")
    raise NotTaken("The row has no way to tell a missing name that the format has.")

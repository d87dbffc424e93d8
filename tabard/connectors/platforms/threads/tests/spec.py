"""Holds what we send against the collection of requests that Meta publishes for the Threads API.

It has paths and the names of parameters, and no types. `TABARD_REFERENCE_DATA` says where it lies.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

# In the pages of the documentation (read 2026-09) and not in the collection of 2026-01.
BESIDE = {
    "GET me/threads_insights": {"since", "until"},
    "GET {id}/conversation": {"limit", "after"},
    "GET me/mentions": {"after"},
    "POST me/threads": {
        "reply_to_id",
        "reply_control",
        "topic_tag",
        "alt_text",
        "children",
        "is_carousel_item",
    },
    "POST me/threads_publish": set(),
}
EVERYWHERE = {"access_token"}  # instead of the header that the collection's tool writes


class Outside(AssertionError):
    """Something that is not in the collection."""


@cache
def known() -> dict[str, set[str]] | None:
    """Names of parameters by method and path; None where the collection is not at hand."""
    folder = os.environ.get("TABARD_REFERENCE_DATA")
    path = Path(folder) / "contracts" / "threads" / "postman_collection.json" if folder else None
    if not path or not path.exists():
        return None
    found: dict[str, set[str]] = {}
    for request in _requests(json.loads(path.read_text())["item"]):
        url = request["url"]
        there = "/".join("{id}" if part.startswith("{{") else part for part in url["path"] if part)
        names = {each["key"] for each in url.get("query", [])}
        found.setdefault(f"{request['method']} {there}", set()).update(names)
    return found


def _requests(items: Iterable[Mapping[str, Any]]) -> Iterator[Any]:
    for item in items:
        if "item" in item:
            yield from _requests(item["item"])
        else:
            yield item["request"]


def validate(method: str, path: str, names: Iterable[str]) -> None:
    """Raise Outside unless there is such a request and it takes these parameters."""
    if (spec := known()) is None:
        return
    where = f"{method} {re.sub(r'(?<![^/])[0-9]+(?![^/])', '{id}', path)}"
    if where not in spec:
        raise Outside(f"there is no {where}")
    if strange := set(names) - spec[where] - BESIDE.get(where, set()) - EVERYWHERE:
        raise Outside(f"{where} takes no {', '.join(sorted(strange))}")

"""The forms of a page as a browser would send them: for trying whether they can be sent by others."""

from __future__ import annotations

import re
from typing import Any

from lxml import html

DATES = {"date": "2027-01-04", "datetime-local": "2027-01-04T12:00", "time": "12:00", "month": "2027-01"}
PLAIN = {"number": "1", "email": "new@meridian.example", "url": "https://meridian.example/", **DATES}


def forms(page: bytes, address: str) -> dict[str, dict[str, Any]]:
    """What each form and each button that writes sends, by where it goes. `page` is HTML."""
    if not page.strip():
        return {}
    tree, found = html.fromstring(page), {}
    for each in tree.iter("form"):
        if each.get("method", "").lower() == "post" or each.get("hx-post") is not None:
            action = each.get("hx-post") or each.get("action") or address
            found.setdefault(action.partition("#")[0], {}).update(_fields(each))
    for each in tree.xpath("//*[@hx-post][not(self::form)]"):
        found.setdefault(each.get("hx-post"), {})
    return {where: fields for where, fields in found.items() if where.startswith("/")}


def _fields(form: Any) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for each in form.xpath(".//input[@name]|.//textarea[@name]|.//select[@name]|.//button[@name]"):
        name, kind = each.get("name"), each.get("type", "text")
        if name == "csrfmiddlewaretoken" or kind == "file":
            continue
        if each.tag == "select":
            given[name] = _chosen(each)
        elif kind in {"checkbox", "radio", "submit"} or each.tag == "button":
            if each.get("checked") is not None or name not in given:
                given[name] = each.get("value") or "on"
        else:
            given[name] = each.get("value") or (each.text or "").strip() or PLAIN.get(kind, "x")
    return given


def _chosen(select: Any) -> str:
    options = select.xpath(".//option")
    chosen = [o for o in options if o.get("selected") is not None and o.get("value")]
    filled = [o for o in options if o.get("value")]
    return str(next(iter(chosen or filled), {}).get("value", ""))


def is_page(answer: Any) -> bool:
    return bool(re.match("text/html", answer.get("Content-Type", ""))) and not answer.streaming

"""What a review of 50,000 grants of 5,000 people costs: its beginning, its pages, an answer, and its end.

`make bench NAME=reviews`. One round over the whole organisation, every district with a lead. Beginning and
end are one transaction each, what is checked when they are committed included; all of it is undone at the
end. Pages and answers are asked by the browser of the owner and of a lead, the first time left out. The last
line is JSON.
"""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("POSTS", "1000")
from bench import access, screens

TIMES = 15
PART = {"HX-Request": "true"}


def lead_them() -> None:
    """A lead for every unit: whoever sits in it first, or whoever answers above it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE org_unit AS u SET lead_id = coalesce("
            " (SELECT min(p.id) FROM org_person AS p WHERE p.unit_id = u.id AND p.is_active), u.lead_id)"
        )
        cursor.execute("ANALYZE org_unit")


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of `work`, and what came of it."""
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


def settled(work: Callable[[], Any]) -> tuple[float, Any]:
    """The same, with what the database checks at the end of a transaction."""
    from django.db import connection

    def whole() -> Any:
        found = work()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        return found

    return timed(whole)


def asked(client: Any, address: str) -> dict[str, Any]:
    """The median and the worst of some times asking for a page, in ms, and its length."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    times = sorted(1000 * timed(lambda: client.get(address))[0] for _n in range(TIMES))
    return {
        "p50_ms": round(statistics.median(times), 1),
        "worst_ms": round(times[-1], 1),
        "kb": len(answer.content) // 1024,
    }


def pages(made: Any) -> dict[str, Any]:
    """The pages of the round, for the owner and for the lead with the longest sheet."""
    from django.test import Client

    from tabard.org.models import Person

    local = {"HTTP_HOST": "127.0.0.1"}
    owner, lead = Client(**local), Client(**local)
    owner.force_login(Person.objects.get(email=screens.WHO["owner"]))
    sheet = made.sheets.exclude(person=None).order_by("-total").first()
    lead.force_login(sheet.person)
    item = sheet.items.filter(answered_at=None).exclude(about=sheet.person).first()
    found = {
        "rounds": asked(owner, "/reviews/"),
        "progress": asked(owner, f"/reviews/{made.pk}/"),
        "evidence": asked(owner, f"/reviews/{made.pk}/evidence/"),
        "sheet": asked(lead, f"/reviews/sheets/{sheet.pk}/"),
        "item": asked(lead, f"/reviews/items/{item.pk}/"),
        "today": asked(lead, "/"),
    }
    times = []
    for each in sheet.items.filter(answered_at=None).exclude(about=sheet.person)[:TIMES]:
        took, answer = timed(
            lambda pk=each.pk: lead.post(f"/reviews/items/{pk}/", {"choice": "keep"}, headers=PART)
        )
        assert answer.status_code == 200, answer.status_code
        times.append(1000 * took)
    return found | {
        "answer": {"p50_ms": round(statistics.median(times), 1), "worst_ms": round(max(times), 1)}
    }


def measured() -> dict[str, Any]:
    from tabard.attestation import actions
    from tabard.attestation.evidence import package
    from tabard.kernel import clock
    from tabard.org.models import Grant, Person, Unit
    from tabard.org.people import actor_of

    by = actor_of(Person.objects.get(email=screens.WHO["owner"]), "screen", proved_at=clock.now())
    root = Unit.objects.get(parent=None)
    found: dict[str, Any] = {"people": Person.objects.count(), "grants": Grant.objects.active().count()}
    begun, made = settled(lambda: actions.plan(by, root, kind="access"))
    found |= {"sheets": made.sheets.count(), "items": sum(made.sheets.values_list("total", flat=True))}
    found |= {"begin_s": round(begun, 1), **pages(made)}
    found["remind_s"] = round(settled(lambda: actions.remind(by, made))[0], 1)
    took, packed = timed(lambda: package(by, made))
    found |= {"package_s": round(took, 1), "package_mb": round(len(packed) / 1e6, 1)}
    found["end_s"] = round(settled(lambda: actions.close(by, made))[0], 1)
    return found | {"left": Grant.objects.active().count()}


def main() -> None:
    screens.prepare()
    access.top_up()
    lead_them()
    from django.db import transaction

    with transaction.atomic():
        found = measured()
        transaction.set_rollback(True)
    print(json.dumps(found))


if __name__ == "__main__":
    main()

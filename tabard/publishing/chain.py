"""What follows a post, a thread or a first comment: each a delivery that waits for the one it follows.

Whatever becomes of a delivery, everything that stands behind it is brought in line in the same transaction:
the next may go, waits, is stopped with the reason, or is cancelled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.utils.translation import gettext_noop as _

from tabard.publishing.models import Delivery

# The code of what is stopped only because of the one before it.
BEHIND = "behind"

# `stopped`: the one before has come to a stop. `off`: it will never be there. `code` of those that were held
# for a reason of their own stays: somebody decides about them.
FOLLOW = """
WITH RECURSIVE behind AS (
    SELECT d.id, d.state, d.code, b.part AS before, b.state = 'sent' AS there,
           b.state IN ('failed', 'held', 'cancelled', 'removing', 'removed') AS stopped,
           b.state IN ('cancelled', 'removing', 'removed') AS off
    FROM publishing_delivery d JOIN publishing_delivery b ON b.id = d.follows_id
    WHERE b.id = ANY (%(ids)s)
  UNION ALL
    SELECT d.id, d.state, d.code, (d.part - 1)::smallint, false,
           b.stopped OR b.state IN ('failed', 'cancelled', 'removing', 'removed')
               OR (b.state = 'held' AND b.code <> %(behind)s),
           b.off OR b.state IN ('cancelled', 'removing', 'removed')
    FROM behind b JOIN publishing_delivery d ON d.follows_id = b.id
), now_ AS (
    SELECT id, before, stopped, there,
           CASE WHEN off THEN 'cancelled' WHEN stopped THEN 'held' ELSE 'queued' END AS state
    FROM behind
    WHERE state = 'queued' OR (state = 'held' AND code = %(behind)s) OR (off AND state IN ('held', 'failed'))
)
UPDATE publishing_delivery d
SET state = n.state,
    turn = CASE WHEN n.there THEN 2 ELSE 0 END,
    next_at = CASE WHEN n.there THEN now() ELSE d.next_at END,
    problem = CASE WHEN NOT n.stopped THEN '' WHEN n.before = 0 THEN %(post)s ELSE %(part)s END,
    facts = CASE WHEN n.stopped AND n.before > 0 THEN jsonb_build_object('part', n.before + 1) ELSE '{}' END,
    code = CASE WHEN n.stopped THEN %(behind)s ELSE '' END,
    asks_person = false
FROM now_ n
WHERE d.id = n.id
  AND NOT (d.state = 'queued' AND n.state = 'queued' AND (d.turn = 2) = n.there)
RETURNING d.id, d.post_id, d.channel_id, d.unit_id, d.state
"""


def values(ids: Iterable[int]) -> dict[str, Any]:
    """What `FOLLOW` takes: the deliveries that something has become of."""
    return {
        "ids": list(ids),
        "behind": BEHIND,
        "post": _("The post that this belongs to has not gone out."),
        "part": _("Part %(part)s, which this answers, has not gone out."),
    }


def follow(found: Delivery) -> None:
    """Bring everything behind a delivery in line with how it stands now."""
    if found.parts > 1:
        with connection.cursor() as cursor:
            cursor.execute(FOLLOW, values([found.pk]))


def behind(found: Delivery) -> list[Delivery]:
    """Everything that stands behind a delivery, nearest first."""
    if found.parts == 1:
        return []
    every = Delivery.objects.filter(variant=found.variant_id, part__gt=found.part).order_by("part", "pk")
    there = {found.pk}
    reached = []
    for each in every.select_for_update(of=("self",)):
        if each.follows_id in there:
            there.add(each.pk)
            reached.append(each)
    return reached


def chained(written: Sequence[Mapping[str, Any]]) -> list[int]:
    """Those of what was written that others may follow."""
    return [row["id"] for row in written if row["parts"] > 1]

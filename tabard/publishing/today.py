"""Deliveries that need somebody, and holds that are in force."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tabard.kernel.actor import Actor
from tabard.kernel.beside import those
from tabard.kernel.question import below, path_of, question
from tabard.kernel.today import MOST, Need, more, today
from tabard.org.reach import Reach, reach
from tabard.publishing.models import Delivery, Hold

# A row of Today shows nothing of what is sent, which is most of a delivery.
DRAWN = (
    "state",
    "part",
    "parts",
    "post",
    "channel",
    "unit",
    "says",
    "facts",
    "code",
    "asks_person",
    "due_at",
)


@question
def _undecided(within: Reach, path: str) -> Any:
    rows = within.narrow(Delivery.objects.filter(asks_person=True), unit="unit", channel="channel")
    return below(rows, path).order_by("-due_at", "-id").values_list("pk", "state", "post")[:50]


@question
def _in_force(within: Reach, path: str) -> Any:
    rows = within.narrow(Hold.objects.filter(lifted_at=None), unit="unit", channel="channel")
    return below(rows, path).values_list("pk")[:10]


@today
def undecided(by: Actor, scope: Any) -> Iterable[Need]:
    """What failed, may have gone out, or was stopped, for those who may decide about it."""
    single: list[int] = []
    held: dict[int, list[int]] = {}
    for pk, state, post in _undecided.rows(reach(by, "deliveries.decide").places(), path_of(scope)):
        held.setdefault(post, []).append(pk) if state == "held" else single.append(pk)
    stopped = {pks[0]: len(pks) for pks in list(held.values())[:MOST]}
    shown = those(Delivery, [*single[:MOST], *stopped], "post", "channel", "unit", own=DRAWN)
    for each in shown:
        yield _stopped(each, stopped[each.pk]) if each.pk in stopped else _single(each)
    if max(len(single), len(held)) > MOST:
        yield more("now", _("More deliveries wait for a decision"), f"{reverse('deliveries')}?decide=yes")


def _single(each: Delivery) -> Need:
    return Need(
        group="now",
        state="warn" if each.state == "sent" else each.state,
        title=str(each),
        why=f"{each.problem} {each.to_do}".strip(),
        do=_("Look and decide") if each.state == "unsure" else _("See what to do"),
        url=reverse("delivery", args=[each.pk]),
        unit=each.unit,
        due=each.due_at,
    )


def _stopped(first: Delivery, count: int) -> Need:
    """One need for all deliveries of a post that a hold stopped."""
    why = ngettext("%(n)s delivery was stopped: %(why)s", "%(n)s deliveries were stopped: %(why)s", count)
    return Need(
        group="now",
        state="held",
        title=first.post.title,
        why=why % {"n": count, "why": first.problem or _("A hold was in force.")},
        do=_("Decide what still goes out"),
        url=f"{reverse('deliveries')}?state=held",
        unit=first.unit,
        due=first.due_at,
    )


@today
def in_force(by: Actor, scope: Any) -> Iterable[Need]:
    """Holds that whoever may lift them should not forget."""
    found = _in_force.rows(reach(by, "holds.lift").places(), path_of(scope))
    for each in those(Hold, found, "unit", "channel"):
        yield Need(
            group="today",
            state="hold",
            title=_("Publishing is held for %(what)s") % {"what": each},
            why=each.reason,
            do=_("See the hold"),
            url=reverse("holds"),
            unit=each.unit,
        )

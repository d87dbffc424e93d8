"""Sightings that wait for me: one row, however many they are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tabard.kernel.actor import Actor
from tabard.kernel.beside import few
from tabard.kernel.today import Need, today
from tabard.watch import queries

COUNTED = 1_000
FIRST = 3


@today
def to_decide(by: Actor, scope: Any) -> Iterable[Need]:
    """Those that may be impostors by name, the likeliest first; the rest in one row."""
    rows = queries.waiting(by, scope)
    ids = list(rows.values_list("pk", flat=True)[: COUNTED + 1])
    if not ids:
        return
    worst = few(rows.filter(label="impostor"), FIRST, "unit", "platform", "like")
    for found in worst:
        said = {"handle": found.handle, "platform": found.platform.name, "channel": found.like}
        yield Need(
            group="today",
            state="needs_work",
            title=_("%(handle)s on %(platform)s may be an impostor") % said,
            why=_("It looks like %(channel)s.") % said,
            do=_("Decide"),
            url=reverse("sighting", args=[found.pk]),
            unit=found.unit,
        )
    left = len(ids) - len(worst)
    if left > 0:
        many = _("More than %(n)s sightings wait") % {"n": f"{COUNTED:,}"}
        said_n = ngettext("%(n)s sighting waits", "%(n)s sightings wait", left) % {"n": left}
        title = many if len(ids) > COUNTED else said_n
        why = _("They look like channels of ours, and nobody has decided what they are.")
        yield Need(
            group="week", state="needs_work", title=title, why=why, do=_("Go through them"),
            url=reverse("watch"),
        )  # fmt: skip

"""Another master key, while everybody works: what is sealed is wrapped anew, a few rows at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db import models, transaction
from django.db.models import Count, Func, TextField, Value
from django.utils.translation import gettext_lazy

from tabard.access.vault.keys import ring
from tabard.access.vault.places import Place, places
from tabard.access.vault.sealing import rewrap
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.permissions import demand
from tabard.org.models import Unit

BATCH = 200
Progress = Callable[[str, int, int], None]


def count_by_key() -> dict[str, Counter[str]]:
    """How many secrets of each column are sealed under which master key, by its id."""
    found = {}
    for place in places():
        # v2.<master key>.<...>: the second word.
        word = Func("sealed_text", Value("."), Value(2), function="split_part", output_field=TextField())
        keys = place.rows().annotate(master=word)
        counted = keys.order_by().values_list("master").annotate(n=Count("pk"))
        found[str(place)] = Counter(dict(counted))
    return found


def unknown_keys() -> dict[str, int]:
    """Master keys that something is sealed under and that this set-up does not have, with how much it is."""
    known = ring().known
    lost: Counter[str] = Counter()
    for counts in count_by_key().values():
        lost.update({name: count for name, count in counts.items() if name not in known})
    return dict(lost)


@action(
    "vault.rotate",
    may="vault.rotate",
    on=Unit,
    says=gettext_lazy("%(who)s sealed %(count)s secrets under the key %(key)s"),
    lock=False,
)
def recorded(by: Actor, root: Unit, *, count: int) -> Unit:
    """Write down that secrets were wrapped anew."""
    note(count=count, key=ring().current.id)
    return root


def rotate(by: Actor, root: Unit, tell: Progress) -> int:
    """Wrap everything under the current master key, and return how much that was.

    Each batch is a transaction of its own: stopped anywhere, it goes on where it was. A secret that
    somebody changes in the meantime is sealed under the current key already and is left alone.
    """
    demand(by, "vault.rotate", root)  # before the first batch, which commits by itself
    done = sum(_rotate(place, tell) for place in places())
    if done:
        recorded(by, root, count=done)
    return done


def _rotate(place: Place, tell: Progress) -> int:
    rows = place.rows().exclude(sealed_text__startswith=f"v2.{ring().current.id}.")
    whole, done, last = rows.count(), 0, 0
    while batch := _batch(rows, place, last):
        last, done = batch[-1], done + len(batch)
        tell(str(place), done, whole)
    return done


@transaction.atomic
def _batch(rows: models.QuerySet[Any], place: Place, after: int) -> list[int]:
    found = list(
        rows.filter(pk__gt=after).select_for_update(of=("self",), no_key=True).order_by("pk")[:BATCH]
    )
    for row in found:
        place.put(row, rewrap(row.sealed_text, about=place.about(row)))
    place.model._base_manager.bulk_update(found, [place.column])
    return [int(row.pk) for row in found]

"""What is left of what platforms allow, and how many deliveries wait for more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.connectors import card as cards
from tabard.connectors.registry import card, platforms
from tabard.kernel import clock, text
from tabard.kernel.actor import Actor
from tabard.kernel.narrowing import any_of, ids_of
from tabard.kernel.query import Choice, Column, Filter, Listing, Page, Sort
from tabard.org.models import Unit
from tabard.publishing.models import Budget, Delivery
from tabard.register.filters import all_platforms


@dataclass(frozen=True)
class Standing:
    """Where a budget stands. `left`: None if nobody knows; `percent`: in percents of an unknown whole.

    `told`: by the platform, and so until `until`; otherwise by our own count.
    """

    left: float | None
    most: float | None
    percent: bool = False
    told: bool = False
    until: datetime | None = None

    @property
    def spent(self) -> bool:
        return self.left is not None and self.left < 1

    def __str__(self) -> str:
        if self.left is None:
            return _("not known yet")
        if self.percent:
            return _("%(left)d %% left") % {"left": self.left}
        if self.most is None:
            return _("%(left)d left") % {"left": self.left}
        return _("%(left)d of %(most)d left") % {"left": self.left, "most": self.most}


def standing(budget: Budget) -> Standing:
    """Where it stands in this moment."""
    now, known = clock.now(), _known(budget)
    if budget.told is not None and budget.told_until and budget.told_until > now:
        percent = bool(known and known.told and known.told.used)
        most = float(known.n) if known and known.n else None
        return Standing(budget.told, most, percent, told=True, until=budget.told_until)
    if known is None or not known.n:
        return Standing(None, None)
    back = (now - budget.at).total_seconds() * known.n / 2 / known.seconds
    return Standing(min(budget.most, budget.left + back), budget.most)


def _known(budget: Budget) -> cards.Budget | None:
    if budget.platform_id not in platforms():
        return None
    return next((each for each in card(budget.platform_id).budgets if each.name == budget.of), None)


def _search(rows: QuerySet[Budget], words: str) -> QuerySet[Budget]:
    for word in words.split():
        rows = rows.filter(channel__search__contains=text.folded(word))
    return rows


def _whose(rows: QuerySet[Budget], values: list[str]) -> QuerySet[Budget]:
    return rows.filter(channel__isnull="shared" in values) if len(set(values)) == 1 else rows


BUDGETS: Listing[Budget] = Listing(
    name="budgets",
    sorts=(
        Sort("used", gettext_lazy("Last used"), ("-at",)),
        Sort("platform", gettext_lazy("Platform"), ("platform", "of")),
    ),
    filters=(
        Filter("platform", gettext_lazy("Platform"), any_of("platform"), all_platforms),
        Filter(
            "whose",
            gettext_lazy("Whose"),
            _whose,
            lambda by: [Choice("shared", _("All channels together")), Choice("channel", _("One channel"))],
        ),
        Filter("channel", gettext_lazy("Channel"), ids_of("channel")),
    ),
    search=_search,
    columns=(
        Column(gettext_lazy("Platform"), lambda b: b.platform.name),
        Column(gettext_lazy("Channel"), lambda b: b.channel),
        Column(gettext_lazy("Of what"), lambda b: _(b.of)),
        Column(gettext_lazy("What is left"), lambda b: str(standing(b))),
        Column(gettext_lazy("Told until (UTC)"), lambda b: b.told_until and _written(b.told_until)),
        Column(gettext_lazy("Last used (UTC)"), lambda b: _written(b.at)),
    ),
)


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def visible(by: Actor, scope: Unit | None) -> QuerySet[Any]:
    """Budgets that `by` may see; with `scope` those of channels in it."""
    rows: QuerySet[Any] = Budget.objects.visible_to(by)
    if scope:
        rows = rows.filter(channel__unit__path__startswith=scope.path)
    return rows.select_related("platform", "channel__unit")


def budgets(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> Page[Budget]:
    """A page of budgets, each with its `standing` and how many deliveries are overdue and `waiting`."""
    page = BUDGETS.page(by, visible(by, scope), params)
    _count_waiting(by, page.rows)
    for each in page.rows:
        each.standing = standing(each)  # type: ignore[attr-defined]
    return page


def _count_waiting(by: Actor, rows: Sequence[Any]) -> None:
    """By channel, or by platform where all its channels share the budget."""
    now = clock.now()
    late = Delivery.objects.visible_to(by).filter(state="queued", due_at__lte=now, next_at__gt=now)
    by_channel = late.filter(channel__in={each.channel_id for each in rows})
    shared = late.filter(channel__platform__in={each.platform_id for each in rows if not each.channel_id})
    of_channel, of_platform = _counted(by_channel, "channel"), _counted(shared, "channel__platform")
    for each in rows:
        key, known = (each.channel_id, of_channel) if each.channel_id else (each.platform_id, of_platform)
        each.waiting = known.get(key, 0)


def _counted(rows: QuerySet[Delivery], key: str) -> dict[Any, int]:
    return dict(rows.order_by().values_list(key).annotate(n=Count("pk")))

"""What goes out when: a month with the first few of each day, and the list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import Count, DateTimeField, F, Func, IntegerField, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.calendar.rules import Day, days, midnight, month_days
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Invalid
from tabard.kernel.query import Listing, Page, Sort
from tabard.org.models import Unit
from tabard.posts import queries as posts
from tabard.posts.models import Campaign, Post
from tabard.posts.queries import POSTS, PostRow

SHOWN = 4
BARS = 8


@dataclass(frozen=True)
class Bar:
    """A campaign in one week: from which column, over how many days."""

    campaign: Campaign
    column: int
    span: int


@dataclass
class DayView:
    """A day with the first few posts of it and how many there are."""

    day: Day
    rows: list[PostRow] = field(default_factory=list)
    count: int = 0
    # Those that begin here; None keeps the place of one of another day.
    bars: list[Bar | None] = field(default_factory=list)

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


@dataclass
class Week:
    days: list[DayView]
    bars: list[Bar]


@dataclass
class Month:
    """A month page."""

    first: date
    weeks: list[Week]
    count: int

    @property
    def more_bars(self) -> int:
        """How many campaigns are not drawn in some week, because there are too many at once."""
        return len({bar.campaign.pk for week in self.weeks for bar in week.bars[BARS:]})

    @property
    def before(self) -> date:
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def after(self) -> date:
        return (self.first + timedelta(days=32)).replace(day=1)


def month(by: Actor, scope: Unit | None, when: date, zone: str, params: Mapping[str, list[str]]) -> Month:
    """The month of `when` in `zone`: the same number of queries whatever is in it."""
    there = month_days(when.year, when.month, zone)
    rows = POSTS.narrow(planned(by, scope), params)
    views = _days(rows, there)
    bars = list(
        posts.campaigns(by, scope).filter(starts_on__lte=there[-1].date, ends_on__gte=there[0].date)[:60]
    )
    weeks = [_week(views[n : n + 7], bars) for n in range(0, len(views), 7)]
    return Month(when.replace(day=1), weeks, sum(v.count for v in views))


def _week(views: list[DayView], campaigns: list[Campaign]) -> Week:
    bars = _bars(campaigns, views[0].day.date)
    for bar in bars[:BARS]:
        for column, view in enumerate(views, 1):
            view.bars.append(bar if column == bar.column else None)
    return Week(views, bars)


def planned(by: Actor, scope: Unit | None) -> QuerySet[Post]:
    """Posts that have a moment."""
    return posts.visible(by, scope).filter(due_at__isnull=False)


def _days(rows: QuerySet[Post], there: list[Day]) -> list[DayView]:
    within = rows.filter(due_at__gte=there[0].begins, due_at__lt=there[-1].ends)
    # In which of the days: found by halves; a comparison with each day is felt at a million posts.
    numbered = Func(
        F("due_at"),
        Value([d.begins for d in there], output_field=ArrayField(DateTimeField())),
        function="width_bucket",
        output_field=IntegerField(),
    )
    found_in = within.order_by().values_list(numbered).annotate(n=Count("pk"))
    counts = {number - 1: n for number, n in found_in}
    ids = _firsts(rows, [there[n] for n in range(len(there)) if counts.get(n)])
    found = posts.in_lists().filter(pk__in=ids)
    views = [DayView(d, count=counts.get(n, 0)) for n, d in enumerate(there)]
    for row in posts.rows_of(list(found.order_by("due_at", "pk")), channels=False):
        view = next(v for v in views if row.post.due_at and v.day.begins <= row.post.due_at < v.day.ends)
        view.rows.append(row)
    return views


def _firsts(rows: QuerySet[Post], there: list[Day]) -> list[int]:
    """The first few posts of each day: the same question for every day, put together once."""
    one = rows.filter(due_at__gte=RawSQL("day.begins", ()), due_at__lt=RawSQL("day.ends", ()))
    asked, values = one.order_by("due_at", "pk").values("pk")[:SHOWN].query.sql_with_params()
    days_ = "unnest(%s::timestamptz[], %s::timestamptz[]) AS day (begins, ends)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT first.id FROM {days_} CROSS JOIN LATERAL ({asked}) first (id)",  # noqa: S608 Django's own
            [[d.begins for d in there], [d.ends for d in there], *values],
        )
        return [pk for (pk,) in cursor.fetchall()]


def _bars(campaigns: Iterable[Campaign], monday: date) -> list[Bar]:
    found = []
    for campaign in campaigns:
        if campaign.starts_on is None or campaign.ends_on is None:
            continue
        begin = max((campaign.starts_on - monday).days, 0)
        end = min((campaign.ends_on - monday).days, 6)
        if begin <= end:
            found.append(Bar(campaign, begin + 1, end - begin + 1))
    return found


AGENDA: Listing[Post] = Listing(
    name="agenda",
    sorts=(
        Sort("due", gettext_lazy("Leaves"), ("due_at",)),
        Sort("late", gettext_lazy("Latest first"), ("-due_at",)),
    ),
    filters=POSTS.filters,
    search=POSTS.search,
    columns=POSTS.columns,
)


def agenda(
    by: Actor, scope: Unit | None, begins: date, zone: str, params: Mapping[str, list[str]]
) -> Page[Post]:
    """Posts with a moment from the day `begins` on, in order."""
    rows = planned(by, scope).filter(due_at__gte=midnight(begins, zone))
    page = AGENDA.page(by, rows, params, drawn=posts.in_lists())
    posts.rows_of(page.rows)
    return page


def one_day(by: Actor, scope: Unit | None, when: date, zone: str, params: Mapping[str, list[str]]) -> DayView:
    """What leaves on one day: the first hundred; the list goes on from there."""
    (day,) = days(when, 1, zone, when.month)
    rows = POSTS.narrow(planned(by, scope), params).filter(due_at__gte=day.begins, due_at__lt=day.ends)
    first = rows.order_by("due_at", "pk").values_list("pk", flat=True)[:100]
    found = posts.in_lists().filter(pk__in=list(first)).order_by("due_at", "pk")
    return DayView(day, posts.rows_of(list(found)), rows.count())


def between(
    by: Actor, scope: Unit | None, begins: datetime, ends: datetime, params: Mapping[str, list[str]]
) -> Page[Post]:
    """Posts due from `begins` until before `ends`, at most 93 days, a page at a time: for programs."""
    if ends <= begins or ends - begins > timedelta(days=93):
        raise Invalid({"ends": [_("The end must be after the beginning, and at most 93 days later.")]})
    rows = planned(by, scope).filter(due_at__gte=begins, due_at__lt=ends)
    page = AGENDA.page(by, rows, params, drawn=posts.with_texts())
    posts.rows_of(page.rows)
    return page

"""What is read of channels on their way out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import clock
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Missing
from tabard.kernel.narrowing import folded_in, ids_of, ways
from tabard.kernel.query import Choice, Column, Filter, Listing, Page, Sort
from tabard.life.models import Retirement, RetirementStep, Worth
from tabard.org.models import Unit
from tabard.register.models import Channel

STATES = {
    "todo": gettext_lazy("To do"),
    "done": gettext_lazy("Done"),
    "skipped": gettext_lazy("Not needed"),
}
WITH = ("retirement__channel__unit", "retirement__channel__platform", "owner", "ended_by")


def late() -> Q:
    """To be done, and the day is over."""
    return Q(state="todo", retirement__state="open", due_on__lt=clock.today())


STEPS: Listing[Any] = Listing(
    name="retirement_steps",
    sorts=(
        Sort("due", gettext_lazy("Due first"), ("due_on",)),
        Sort("-due", gettext_lazy("Due last"), ("-due_on",)),
    ),
    filters=(
        ways(
            "state",
            gettext_lazy("State"),
            {
                "todo": (STATES["todo"], lambda: Q(state="todo", retirement__state="open")),
                "late": (gettext_lazy("Overdue"), late),
                "done": (STATES["done"], lambda: Q(state="done")),
                "skipped": (STATES["skipped"], lambda: Q(state="skipped")),
            },
        ),
        Filter(
            "owner",
            gettext_lazy("Who does it"),
            ids_of("owner"),
            lambda by: [Choice(str(by.person_id), _("me"))] if by.person_id else [],
        ),
        Filter("channel", gettext_lazy("Channel"), ids_of("retirement__channel")),
    ),
    search=folded_in("owner__search", "retirement__channel__search", sign="@"),
    columns=(
        Column(gettext_lazy("Channel"), lambda s: s.retirement.channel.handle),
        Column(gettext_lazy("Platform"), lambda s: s.retirement.channel.platform.name),
        Column(gettext_lazy("Unit"), lambda s: s.retirement.channel.unit.name),
        Column(gettext_lazy("Step"), lambda s: s.said),
        Column(gettext_lazy("Who does it"), lambda s: s.owner and s.owner.name),
        Column(gettext_lazy("Due"), lambda s: s.due_on.isoformat()),
        Column(gettext_lazy("State"), lambda s: STATES[s.state]),
        Column(gettext_lazy("Evidence"), lambda s: s.evidence),
        Column(gettext_lazy("Ended by"), lambda s: s.ended_by and s.ended_by.name),
        Column(
            gettext_lazy("Ended (UTC)"), lambda s: s.ended_at and s.ended_at.isoformat(timespec="seconds")
        ),
    ),
)


def visible(by: Actor, scope: Unit | None) -> QuerySet[Any]:
    """Steps that `by` may see in `scope`, those of channels that stay after all left out."""
    rows: QuerySet[Any] = RetirementStep.objects.visible_to(by).exclude(retirement__state="called_off")
    if scope is not None:
        rows = rows.filter(retirement__channel__unit__path__startswith=scope.path)
    return rows.select_related(*WITH)


def exported(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> QuerySet[Any]:
    """The rows of the list and its file: what is over only where it is asked for."""
    rows = visible(by, scope)
    asked = any(params.get(name) for name in ("state", "channel"))
    return rows if asked else rows.filter(state="todo", retirement__state="open")


def steps(by: Actor, scope: Unit | None, params: Mapping[str, list[str]]) -> Page[Any]:
    """A page of steps."""
    return STEPS.page(by, exported(by, scope, params), params)


def one_step(by: Actor, step_id: int) -> RetirementStep:
    """One step. `Missing` if there is none, or not for `by`."""
    found: RetirementStep | None = visible(by, None).filter(pk=step_id).first()
    if found is None:
        raise Missing(_("There is no such step, or it is not yours to see."))
    return found


def retirement(by: Actor, channel: Channel) -> Retirement | None:
    """The latest checklist of a channel that `by` has been shown; None where there is none."""
    return Retirement.objects.filter(channel=channel).exclude(state="called_off").order_by("-pk").first()


def steps_of(made: Retirement | None) -> list[RetirementStep]:
    """Its steps in order."""
    rows = RetirementStep.objects.filter(retirement=made).select_related("owner", "ended_by")
    return list(rows) if made is not None else []


def into_of(by: Actor, made: Retirement | Worth | None) -> Channel | None:
    """Where its followers are sent, for whoever may see that channel."""
    found: Channel | None = None
    if made is not None and made.into_id is not None:
        found = Channel.objects.visible_to(by).filter(pk=made.into_id).first()
    return found

"""What makes a channel safe: facts with weights as data, each a question that the database answers.

An app above adds its own with `fact()` in a file that is loaded at the start; lists, pages, API and sorting
take it in by themselves.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    Value,
    When,
)
from django.db.models.functions import Lower
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tabard.access.models import Source
from tabard.kernel import clock
from tabard.org.models import Person
from tabard.safety.models import AdminFinding, CheckOut, Credential, Look, PlatformAdmin, Rotation

# How long before its end a key is no longer fresh.
FRESH = timedelta(days=14)
# Addresses there belong to whoever has made them, whatever they are called.
_POST = "gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com icloud.com me.com aol.com"
_MORE = "proton.me protonmail.com gmx.de gmx.net web.de mail.ru yandex.ru abv.bg mail.bg dir.bg"
ANYBODYS = frozenset((_POST + " " + _MORE).split())


@dataclass(frozen=True)
class Fact:
    """One question. `ask` gives an expression over channels: true where it is well, null where nobody knows.

    `who` does the next step: whoever answers for the channel, or the lead of its unit. `where` names the
    route of the page on which it is mended, with the channel's id.
    """

    name: str
    weight: int
    well: str | Promise
    wrong: str | Promise
    unknown: str | Promise
    do: str | Promise
    ask: Callable[[], Any]
    who: Literal["answers", "lead"] = "answers"
    where: str = "channel_change"


_facts: list[Fact] = []


def fact(made: Fact) -> Fact:
    """Register one."""
    if any(each.name == made.name for each in _facts):
        raise LookupError(f"two facts are called {made.name!r}")
    insort(_facts, made, key=lambda f: (-f.weight, f.name))
    return made


def facts() -> Sequence[Fact]:
    """All of them, the heaviest first."""
    return _facts


def known(*cases: When, otherwise: bool | None = None) -> Case:
    """A nullable yes or no."""
    return Case(*cases, default=Value(otherwise), output_field=BooleanField(null=True))


def _yes(*condition: Any, **named: Any) -> When:
    return When(Q(*condition, **named), then=Value(True))


def _no(*condition: Any, **named: Any) -> When:
    return When(Q(*condition, **named), then=Value(False))


def _kept() -> Any:
    return Credential.objects.kept().exclude(channel=None)


def _of(rows: Any, field: str = "channel") -> Any:
    """The channels of `rows`: found once for a whole list, not once for each of its rows."""
    return rows.order_by().values(field)


def _second_factor() -> Any:
    return known(
        _no(second_factor="off"), _yes(second_factor="on"), _yes(pk__in=_of(_kept().filter(seed__gt="")))
    )


def _own_domains() -> list[str]:
    """The domains of the organisation's mail: those its sources speak for, and those of its people."""
    said = {domain for domains in Source.objects.values_list("domains", flat=True) for domain in domains}
    part = Func(Lower("email"), Value("@"), Value(2), function="split_part", output_field=CharField())
    people = Person.objects.filter(is_active=True).order_by().values_list(part, flat=True).distinct()
    return sorted({*said, *people} - ANYBODYS)


def _recovery() -> Any:
    ends = Q()
    for domain in _own_domains():
        ends |= Q(recovery_email__iendswith=f"@{domain}")
    return known(
        _no(recovery_owner__is_active=False),
        When(recovery_email="", recovery_owner=None, then=Value(None)),
        _yes(recovery_email=""),
        *([_yes(ends)] if ends else []),
        otherwise=False,
    )


def _key() -> Any:
    return known(
        _no(health__in=("failing", "revoked")),
        _no(connection__expires_at__lt=clock.now() + FRESH),
        _yes(health="healthy"),
    )


def _gone_since(model: Any, at: str) -> Any:
    """Where somebody who has left looked at a password, or had it out, and it was not changed since."""
    rows = model.objects.filter(credential__channel__isnull=False, credential__forgotten_at=None)
    stands = Q(credential__changed_at=None) | Q(**{f"{at}__gte": F("credential__changed_at")})
    return _of(rows.filter(stands, person__is_active=False), "credential__channel")


def _leavers() -> Any:
    looked = _gone_since(Look, "at")
    had = _gone_since(CheckOut, "taken_at")
    return known(
        _no(pk__in=looked),
        _no(pk__in=had),
        _no(connection__connected_by__is_active=False),
        _yes(pk__in=_of(_kept())),
        _yes(connection__connected_by__is_active=True),
    )


def _changed() -> Any:
    """Each password against the days on which people left the channel's unit."""
    changed = _kept().filter(changed_at__isnull=False)
    gone = Person.objects.filter(unit=OuterRef("channel__unit"), is_active=False)
    since = changed.filter(Exists(gone.filter(left_at__gt=OuterRef("changed_at"))))
    return known(_no(pk__in=_of(since)), _yes(pk__in=_of(changed)))


def _two_people() -> Any:
    return known(_no(answers=None), _no(backs=None), otherwise=True)


def _administered() -> Any:
    """As the platform told, where it was read; else as somebody has written down."""
    return known(
        _no(pk__in=_of(AdminFinding.objects.alive().filter(kind="alone"))),
        _yes(pk__in=_of(PlatformAdmin.objects.filter(gone_at=None))),
        _yes(admins__len__gte=2),
        _no(admins__len=1),
    )


def _everybody_known() -> Any:
    """Whatever somebody has accepted for a reason counts as well."""
    wrong = AdminFinding.objects.open().exclude(kind="alone")
    return known(_no(pk__in=_of(wrong)), _yes(pk__in=_of(PlatformAdmin.objects.filter(gone_at=None))))


def _in_time() -> Any:
    late = Rotation.objects.open().filter(due_at__lt=clock.now())
    own, shared = "channel", "credential__channel"
    return known(
        *(_no(pk__in=_of(late.filter(**{f"{each}__isnull": False}), each)) for each in (own, shared)),
        *(
            _yes(pk__in=_of(Rotation.objects.filter(**{f"{each}__isnull": False}), each))
            for each in (own, shared)
        ),
    )


fact(
    Fact(
        "second_factor",
        25,
        _("Its second factor is on"),
        _("Its second factor is off"),
        _("Nobody has said whether its second factor is on"),
        _("Switch it on at the platform, then say so here"),
        _second_factor,
    )
)
fact(
    Fact(
        "leavers",
        20,
        _("Nobody who has left knows a password or made the key"),
        _("Somebody who has left knows the password or made the key"),
        _("No password is kept here, and who made the key is not known"),
        _("Change what they know"),
        _leavers,
        where="channel_safety",
    )
)
fact(
    Fact(
        "key",
        15,
        _("Its key works and does not end soon"),
        _("Its key does not work, or ends soon"),
        _("It is not connected"),
        _("Connect it again"),
        _key,
        where="channel_connect",
    )
)
fact(
    Fact(
        "admins",
        10,
        _("At least two people administer it there"),
        _("One person alone administers it there"),
        _("Nobody has said who administers it there"),
        _("Name a second administrator at the platform, then say so here"),
        _administered,
    )
)
fact(
    Fact(
        "recovery",
        10,
        _("Its recovery address is the organisation's"),
        _("Its recovery address is not the organisation's, or its reader has left"),
        _("Nobody has said where its recovery mails go"),
        _("Set an address of the organisation at the platform, then say so here"),
        _recovery,
    )
)
fact(
    Fact(
        "two_people",
        10,
        _("Two people answer for it"),
        _("Nobody answers for it, or one person alone"),
        _("Nobody has said who answers for it"),
        _("Name an owner and a deputy"),
        _two_people,
        who="lead",
    )
)
fact(
    Fact(
        "changed",
        5,
        _("Its password was changed after the last one left the unit"),
        _("Its password was not changed since somebody left the unit"),
        _("When its password was changed is not known"),
        _("Change the password"),
        _changed,
        where="channel_safety",
    )
)
fact(
    Fact(
        "in_time",
        5,
        _("What was to be changed was changed in time"),
        _("Something that is to be changed is overdue"),
        _("Nothing was ever to be changed"),
        _("Change what is overdue"),
        _in_time,
        where="channel_safety",
    )
)
fact(
    Fact(
        "admin_list",
        10,
        _("Everybody whom the platform lists as administrator is known and may be"),
        _("The platform lists somebody who has left, whom nobody knows, or who has no grant"),
        _("Whom the platform lists as administrators was not read"),
        _("Look at the list"),
        _everybody_known,
        where="channel_admins",
    )
)

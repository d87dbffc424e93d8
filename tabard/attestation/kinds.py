"""What can be asked in a round. The engine knows none of it: apps above register their kinds.

A kind gives the items of a unit with what is to be known of each, frozen as it stood when it was asked; the
answers there are; what an answer does; and what happens to what nobody answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tabard.kernel.actor import Actor
from tabard.kernel.errors import Invalid
from tabard.org.models import Unit

if TYPE_CHECKING:
    from tabard.attestation.models import Item, Sheet

Text = str | Promise
# A kind of thing and its id, as `("org.grant", 12)`.
Thing = tuple[str, int]
# Makes of what a form or a program says (text, number, list) what is meant; the second is whose time zone.
# `ValueError` with the sentence where it cannot be meant.
Clean = Callable[[Any, str], Any]


@dataclass(frozen=True, eq=False)
class Choice:
    """One answer.

    `acts`: carried out at once. A `final` one stands; any other may be answered anew until the signature.
    `noted`: takes a note to say why. `carries`: what else it may say, by name. `more` is the template of its
    fields, where a press is not enough.
    """

    name: str
    label: Text
    tone: str = ""
    acts: bool = False
    final: bool = False
    noted: bool = False
    carries: Mapping[str, Clean] = field(default_factory=dict)
    more: str = ""
    # What its fields show to begin with.
    shows: Callable[[Item], dict[str, str]] = lambda item: {}


@dataclass(frozen=True)
class Consequence:
    """What may follow for what nobody answered: the word for it, and what is said of it beforehand."""

    name: str
    label: Text
    warning: Text


@dataclass(frozen=True)
class Asked:
    """One item before it is anybody's. `about_id` is the person who may not answer it themselves."""

    unit_id: int
    thing: Thing
    title: str
    facts: dict[str, Any]
    about_id: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of an answer: a sentence, and what was changed by it, for the evidence."""

    said: str
    changed: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Adding:
    """How those who are asked name what nobody asked about. `make` puts it where it belongs, in the name of
    the round, and returns it as an item."""

    label: Text
    carries: Mapping[str, Clean]
    more: str
    make: Callable[[Actor, Sheet, Mapping[str, Any]], Asked]
    # What else is done once it is an item.
    kept: Callable[[Actor, Item], None] = lambda by, item: None


@dataclass(frozen=True)
class Scope:
    """How a round may be narrowed besides its unit: what may be said, its template, and how it is told."""

    carries: Mapping[str, Clean]
    more: str
    told: Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True)
class Kind:
    """One kind of question.

    `act` carries an answer out, inside the action that is running, or raises `Invalid`. `over` names those of
    some things that need no answer any more. `passing` are facts that change without anybody deciding
    anything, left out when two rounds are compared; `words` calls the others by name.
    """

    name: str
    label: Text
    question: Text
    # The policy that says after how many months the next round comes.
    matter: str
    choices: tuple[Choice, ...]
    # The mildest first; the policy says which.
    consequences: tuple[Consequence, ...]
    by_policy: str
    ask: Callable[[Unit, Mapping[str, Any]], Iterable[Asked]]
    act: Callable[[Actor, Item, str, Mapping[str, Any]], Outcome]
    over: Callable[[Sequence[Thing]], set[Thing]]
    # Template: an item's facts.
    facts: str
    # What is typed into the search of a sheet.
    sought: Text
    words: Mapping[str, Text] = field(default_factory=dict)
    passing: frozenset[str] = frozenset()
    # What follows for items nobody answered, for many at once: by item what became of it. Items it leaves out
    # are carried out one by one, as if somebody had answered so.
    lapse: Callable[[Actor, Sequence[Item], str], dict[int, str]] = lambda by, items, consequence: {}
    # What a signature does besides.
    signed: Callable[[Actor, Sheet], None] = lambda by, sheet: None
    adding: Adding | None = None
    scope: Scope | None = None
    # What drawing needs besides, asked once for a page, and what it adds to each item by that.
    context: Callable[[], dict[str, Any]] = dict
    shape: Callable[[Actor, Item, Mapping[str, Any]], None] = lambda by, item, known: None

    def choice(self, name: str) -> Choice:
        """The choice of that name; `Invalid` if there is none."""
        for found in self.choices:
            if found.name == name:
                return found
        raise Invalid({"choice": [_("Choose one of the answers.")]})

    def stricter(self, one: str, other: str) -> str:
        """Of two consequences the one that takes more; they stand in that order, the mildest first."""
        names = [c.name for c in self.consequences]
        return max(one, other, key=lambda name: names.index(name) if name in names else -1)

    def warning(self, consequence: str) -> Text:
        """What those are told who do not answer."""
        return next((c.warning for c in self.consequences if c.name == consequence), "")


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known."""
    if kind.name in _kinds:
        raise LookupError(f"two kinds are called {kind.name!r}")
    _kinds[kind.name] = kind
    return kind


def kinds() -> list[Kind]:
    """Every kind there is."""
    return list(_kinds.values())


def kind(name: str) -> Kind:
    """One kind; `Invalid` if there is none of that name."""
    if name not in _kinds:
        raise Invalid({"kind": [_("There is no such kind of review.")]})
    return _kinds[name]

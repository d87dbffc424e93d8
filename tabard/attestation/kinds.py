"""What can be asked in a round. The engine knows none of it: apps above register their kinds.

A kind gives the items of a unit with what is to be known of each, frozen as it stood when it was asked; the
answers there are; what an answer does; and what happens to what nobody answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tabard.kernel.actor import Actor
from tabard.kernel.errors import Invalid
from tabard.org.models import Unit

if TYPE_CHECKING:
    from tabard.attestation.models import Item

Text = str | Promise
# A kind of thing and its id, as `("org.grant", 12)`.
Thing = tuple[str, int]


@dataclass(frozen=True)
class Choice:
    """One answer. A `final` one is carried out at once and stands; `more` asks for more than a press."""

    name: str
    label: Text
    tone: str
    final: bool = False
    more: bool = False


@dataclass(frozen=True)
class Asked:
    """One item before it is anybody's. `about_id` is the person who may not answer it themselves."""

    unit_id: int
    thing: Thing
    title: str
    facts: dict[str, Any]
    about_id: int | None = None


@dataclass(frozen=True)
class Kind:
    """One kind of question.

    `act` carries an answer out, inside the action that is running, and says what became of it, or raises
    `Invalid`. `over` names those of some things that need no answer any more. `passing` are facts that change
    without anybody deciding anything, left out when two rounds are compared.
    """

    name: str
    label: Text
    question: Text
    # What those are told who do not answer.
    warning: Text
    # The policy that says after how many months the next round comes.
    matter: str
    choices: tuple[Choice, ...]
    # The answer that holds where nobody gave one; empty if nothing happens.
    unanswered: str
    ask: Callable[[Unit], Iterable[Asked]]
    act: Callable[[Actor, Item, str, Mapping[str, Any]], str]
    over: Callable[[Sequence[Thing]], set[Thing]]
    # Templates: an item's facts, and the fields of a choice that asks for `more`.
    facts: str
    more: str
    passing: frozenset[str] = frozenset()
    # The same as `act` with what nobody answered, for many at once: by item what became of it. Items it
    # leaves out are carried out one by one.
    lapse: Callable[[Actor, Sequence[Item]], dict[int, str]] = lambda by, items: {}
    # What drawing needs besides, asked once for a page, and what it adds to each item by that.
    context: Callable[[], dict[str, Any]] = dict
    shape: Callable[[Item, Mapping[str, Any]], None] = lambda item, known: None

    def choice(self, name: str) -> Choice:
        """The choice of that name; `Invalid` if there is none."""
        for found in self.choices:
            if found.name == name:
                return found
        raise Invalid({"choice": [_("Choose one of the answers.")]})


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

"""Whether a channel is needed, on plain values: what speaks for it, what against, and what that comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Over how many days posts and deliveries are counted and followers compared.
PERIOD = 90
# Before that, followers are compared with nothing.
SHORTEST = 30
# Of how few channels nothing is called usual: of two, each would tell the other's figure.
FEWEST = 3
# Who posted lately is alive, who has not for a year is as good as dead.
ALIVE, DEAD = 30, 365
# How far from the usual is far, in which share deliveries fail too often, and among how few none does.
FEW, MANY, FAILING, ENDED = 0.25, 2.0, 0.25, 4
# By how much in a hundred followers come or go before it is said, and below which points safety is poor.
MOVED, UNSAFE = 10, 50
# From how many points against it a channel is asked about, and from how many it is probably not needed.
ASK, DOUBTFUL = 1, 3

Figures = Mapping[str, Any]
Said = dict[str, str]
VERDICTS = {
    "doubtful": _("Probably not needed"),
    "ask": _("Worth asking"),
    "needed": _("Needed"),
    "unknown": _("Too little is known"),
}


@dataclass(frozen=True)
class Facts:
    """Of one channel: `row` as the register has it, `figures` of it, `usual` those of its platform."""

    row: Mapping[str, Any]
    figures: Figures
    usual: Figures
    today: date
    silent_days: int = PERIOD
    flags: frozenset[str] = field(default_factory=frozenset)
    languages: tuple[str, ...] = ()

    @property
    def silent(self) -> int | None:
        """Days since its last post; None where nobody knows of one."""
        last = self.figures.get("active_on")
        return (self.today - date.fromisoformat(last)).days if last else None

    def beside(self, name: str) -> tuple[float, float] | None:
        """A figure and the usual one, where both are known and there is a usual one."""
        here, usual = self.figures.get(name), self.usual.get(name)
        return (here, usual) if here is not None and usual else None


@dataclass(frozen=True)
class Rule:
    """One thing that speaks against a channel, by its points, or for it, by points below nought."""

    code: str
    points: int
    says: str | Promise
    look: Callable[[Facts], Said | None]


def _flag(name: str) -> Callable[[Facts], Said | None]:
    return lambda f: {} if name in f.flags else None


def _silent(f: Facts) -> Said | None:
    if f.silent is None or f.silent <= f.silent_days:
        return None
    return {"day": f.figures["active_on"], "days": str(f.silent_days)}


def _dead(f: Facts) -> Said | None:
    return {} if f.silent is not None and f.silent > DEAD else None


def _alive(f: Facts) -> Said | None:
    return {"day": f.figures["active_on"]} if f.silent is not None and f.silent <= ALIVE else None


def _away(name: str, least: float = 0, most: float | None = None) -> Callable[[Facts], Said | None]:
    """Where a figure is below `least` or above `most` times the usual one."""

    def look(f: Facts) -> Said | None:
        pair = f.beside(name)
        if pair is None or (pair[0] >= least * pair[1] if most is None else pair[0] <= most * pair[1]):
            return None
        return {"here": plain(pair[0]), "usual": plain(pair[1])}

    return look


def _moved(sign: int) -> Callable[[Facts], Said | None]:
    def look(f: Facts) -> Said | None:
        growth = f.figures.get("growth")
        if growth is None or growth * sign < MOVED:
            return None
        return {"percent": plain(abs(growth)), "day": f.figures["growth_since"]}

    return look


def _failing(f: Facts) -> Said | None:
    share = f.figures.get("failed")
    return {"percent": plain(share)} if share is not None and share >= 100 * FAILING else None


def _unsafe(f: Facts) -> Said | None:
    score = f.figures.get("safety")
    return {"points": plain(score)} if score is not None and score < UNSAFE else None


def _alone(f: Facts) -> Said | None:
    return {"languages": ", ".join(f.languages)} if f.languages else None


RULES = (
    Rule("ended", 4, _("Its platform is over."), _flag("ended")),
    Rule("twice", 3, _("It is found to be there twice."), _flag("twice")),
    Rule(
        "silent",
        2,
        _("Nothing since %(day)s; by the policy it is silent after days: %(days)s."),
        _silent,
    ),
    Rule("dead", 2, _("Silent for more than a year."), _dead),
    Rule("nobody", 1, _("Nobody answers for it."), _flag("nobody")),
    Rule("no_purpose", 1, _("Nobody has said what it is for."), _flag("no_purpose")),
    Rule("no_audience", 1, _("Nobody has said for whom it is."), _flag("no_audience")),
    Rule(
        "few_posts",
        1,
        _("Posts a month: %(here)s, where %(usual)s are usual."),
        _away("posts", least=FEW),
    ),
    Rule(
        "few_followers",
        1,
        _("Followers: %(here)s, where %(usual)s are usual."),
        _away("followers", least=FEW),
    ),
    Rule("shrinking", 1, _("It has lost %(percent)s%% of its followers since %(day)s."), _moved(-1)),
    Rule("failing", 1, _("Of what was to be posted, %(percent)s%% failed."), _failing),
    Rule("broken", 1, _("Its connection is broken."), _flag("broken")),
    Rule("unsafe", 1, _("It is not safe: %(points)s points of 100."), _unsafe),
    Rule("unattested", 1, _("Nobody answered for it in the last attestation."), _flag("unattested")),
    Rule(
        "hours",
        1,
        _("Hours a month: %(here)s, where %(usual)s are usual."),
        _away("hours", most=MANY),
    ),
    Rule("cost", 1, _("Cost a month: %(here)s, where %(usual)s is usual."), _away("cost", most=MANY)),
    Rule("alive", -2, _("It is in use: the last post is of %(day)s."), _alive),
    Rule("growing", -1, _("Its followers have grown by %(percent)s%% since %(day)s."), _moved(1)),
    Rule(
        "followed",
        -1,
        _("Followers: %(here)s, where %(usual)s are usual."),
        _away("followers", most=MANY),
    ),
    Rule("alone", -1, _("Its unit has no other channel in %(languages)s."), _alone),
)
BY_CODE = {rule.code: rule for rule in RULES}


def plain(number: float) -> str:
    """A figure as it stands in a sentence."""
    return f"{number:.0f}" if number >= 10 or number == int(number) else f"{number:.1f}"


def weighed(facts: Facts) -> tuple[str, int, list[list[Any]]]:
    """The verdict, the points it comes from, and the reasons: what speaks against it first."""
    reasons = [[r.code, said] for r in RULES if (said := r.look(facts)) is not None]
    return (*_sum(reasons, facts.figures), reasons)


def again(
    reasons: Iterable[Sequence[Any]], facts: Facts, codes: frozenset[str]
) -> tuple[str, int, list[list[Any]]]:
    """The same, looking anew at a few things alone."""
    new = {r.code: r.look(facts) if r.code in codes else None for r in RULES}
    kept = {code: said for code, said in reasons if code not in codes}
    both = [(r.code, kept[r.code] if r.code in kept else new[r.code]) for r in RULES]
    found = [[code, said] for code, said in both if said is not None]
    return (*_sum(found, facts.figures), found)


def _sum(reasons: Iterable[Sequence[Any]], figures: Figures) -> tuple[str, int]:
    points = sum(BY_CODE[code].points for code, _said in reasons)
    if points >= DOUBTFUL:
        return "doubtful", points
    if points >= ASK:
        return "ask", points
    known = any(figures.get(name) is not None for name in ("active_on", "followers", "posts"))
    return ("needed" if known else "unknown"), points


def growth(counts: Sequence[tuple[date, int]], now: int | None, today: date) -> Figures:
    """By how much in a hundred followers have changed over the period; `counts`: days with what was counted
    from then on, in order. Nothing where too little of the past is known."""
    start = today - timedelta(days=PERIOD)
    base = [each for each in counts if each[0] <= start][-1:] or list(counts[:1])
    if now is None or not base or not base[0][1] or base[0][0] > today - timedelta(days=SHORTEST):
        return {}
    since, there = max(base[0][0], start), base[0][1]
    return {"growth": round(100 * (now - there) / there), "growth_since": since.isoformat()}


def usual(figures: Iterable[Figures]) -> dict[str, float]:
    """The median of each figure, where enough are known."""
    known: dict[str, list[float]] = {}
    for each in figures:
        for name, value in each.items():
            if isinstance(value, int | float):
                known.setdefault(name, []).append(value)
    return {name: round(median(values), 1) for name, values in known.items() if len(values) >= FEWEST}

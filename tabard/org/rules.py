"""Policies as data: what can be set, what holds by default, and which of two values is tighter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tabard.kernel import text

Steps = list[dict[str, Any]]
MOST_DAYS = 3650


@dataclass(frozen=True)
class Matter:
    """One matter of policy. `tighten(above, here)` is what holds where both speak."""

    name: str
    label: str | Promise
    hint: str | Promise
    kind: str  # steps, flag, number, roles, word or lines: how it is asked for
    default: Any
    tighten: Callable[[Any, Any], Any]
    # Of a word: those there are, the laxest first.
    words: tuple[tuple[str, str | Promise], ...] = ()
    # Of lines: one line as it is kept; ValueError where it says nothing.
    line: Callable[[str], str] = str


def _more_steps(above: Steps, here: Steps) -> Steps:
    """Every step of above, then what is added here."""
    known = [_step_key(step) for step in above]
    return [*above, *(step for step in here if _step_key(step) not in known)]


def _step_key(step: dict[str, Any]) -> tuple[Any, ...]:
    return (step.get("role", ""), step.get("person_id"), step.get("needed", 1))


def _smaller(above: int | None, here: int | None) -> int | None:
    given = [n for n in (above, here) if n is not None]
    return min(given) if given else None


def _shorter(above: int | None, here: int | None) -> int | None:
    """The smaller number, where nothing is the smallest."""
    return min(above, here) if above is not None and here is not None else None


def _stricter(*words: str) -> Callable[[str, str], str]:
    """The later of two words."""
    return lambda above, here: max(above, here, key=words.index)


def _more_lines(above: list[str], here: list[str]) -> list[str]:
    """Every line of above, then what is added here."""
    return [*above, *(line for line in here if line not in above)]


def days_said(line: str) -> tuple[frozenset[str], int]:
    """The words and the days of a line such as "instagram christmas: 400". ValueError where it has none."""
    words, _colon, days = line.rpartition(":")
    found, number = frozenset(text.words(text.folded(words)).split()), text.number(days.strip())
    if not found or number is None or not 1 <= number <= MOST_DAYS:
        raise ValueError(line)
    return found, number


def _days_line(line: str) -> str:
    days_said(line)
    words, _colon, days = line.rpartition(":")
    return f"{words.strip()}: {int(days)}"


def _fewer_days(above: list[str], here: list[str]) -> list[str]:
    """Every line of above with the fewer days of both, then what is added here."""
    said = dict(days_said(line) for line in here)
    kept = []
    for line in above:
        words, days = days_said(line)
        fewer = min(days, said.pop(words, days))
        kept.append(line if fewer == days else f"{line.rpartition(':')[0]}: {fewer}")
    return [*kept, *(line for line in here if days_said(line)[0] in said)]


def _more_roles(above: list[str], here: list[str]) -> list[str]:
    return sorted({*above, *here})


# Among roles of a policy: whoever can sign in, whatever their role, and without one.
EVERYBODY = "*"

MATTERS = {
    m.name: m
    for m in (
        Matter(
            "approval_steps",
            _("Approval steps"),
            _("Who must say yes before something goes out, in this order."),
            "steps",
            [{"name": "Approval", "role": "approver", "needed": 1}],
            _more_steps,
        ),
        Matter(
            "own_approval",
            _("Saying yes to one's own work"),
            _("Whether somebody may approve what they have written themselves."),
            "flag",
            False,
            lambda above, here: above and here,
        ),
        Matter(
            "reply_hours",
            _("Reply time"),
            _("Hours within which people get an answer."),
            "number",
            24,
            _smaller,
        ),
        Matter(
            "grant_days",
            _("Longest grant"),
            _("After how many days a grant must end at the latest."),
            "number",
            None,
            _smaller,
        ),
        Matter(
            "review_months",
            _("Time between access reviews"),
            _("After how many months the next one begins by itself, the first within the hour."),
            "number",
            None,
            _smaller,
        ),
        Matter(
            "review_unanswered",
            _("What nobody answers in an access review"),
            _("What becomes of a grant or a token nobody has said anything about when the review ends."),
            "word",
            "revoke",
            _stricter("keep", "revoke"),
            (("keep", _("It stays, and is shown as unanswered")), ("revoke", _("It is revoked"))),
        ),
        Matter(
            "attest_months",
            _("Time between attestations of the register"),
            _("After how many months the next one begins by itself, the first within the hour."),
            "number",
            None,
            _smaller,
        ),
        Matter(
            "attest_unanswered",
            _("What nobody answers in an attestation"),
            _("What becomes of a channel nobody has said anything about when the attestation ends."),
            "word",
            "mark",
            _stricter("find", "mark", "hold"),
            (
                ("find", _("It is found, and somebody decides")),
                ("mark", _("It is found and marked as not attested")),
                ("hold", _("It is found and marked, and nothing is published on it")),
            ),
        ),
        Matter(
            "mover_days",
            _("Overlap of movers"),
            _("For how many days at most somebody who moves away keeps what they had here. Nothing: none."),
            "number",
            None,
            _shorter,
        ),
        Matter(
            "second_factor",
            _("Second factor"),
            _("Whoever has one of these roles here, or any of them and sits here, needs a second factor."),
            "roles",
            [],
            _more_roles,
        ),
        Matter(
            "session_hours",
            _("Longest session"),
            _("After how many hours whoever works here signs in again at the latest."),
            "number",
            None,
            _smaller,
        ),
        Matter(
            "idle_minutes",
            _("Longest pause"),
            _("After how many minutes without doing anything a session ends."),
            "number",
            None,
            _smaller,
        ),
        Matter(
            "vault_hours",
            _("Longest check-out"),
            _("For how many hours somebody may have a shared credential; 8 at most."),
            "number",
            4,
            _smaller,
        ),
        Matter(
            "vault_change",
            _("New password after each use"),
            _("Whether a shared password is changed before the next one has it."),
            "flag",
            False,
            lambda above, here: above or here,
        ),
        Matter(
            "silent_days",
            _("Silent after"),
            _("After how many days without a post a channel is found to be silent."),
            "number",
            90,
            _smaller,
        ),
        Matter(
            "silent_days_for",
            _("Silent after, by platform and purpose"),
            _(
                "A line each: the platform, words of the purpose, or both, and the days: “christmas: 400”."
                " The line with the most words counts; of a unit and those above it, the fewest days."
            ),
            "lines",
            [],
            _fewer_days,
            line=_days_line,
        ),
        Matter(
            "own_requests",
            _("Saying yes to a channel one asks for"),
            _("Whether somebody may approve the request for a channel that they made themselves."),
            "flag",
            False,
            lambda above, here: above and here,
        ),
        Matter(
            "retirement_steps",
            _("Before a channel is retired"),
            _("What is done besides what is always done, a line for each thing."),
            "lines",
            [],
            _more_lines,
        ),
        Matter(
            "public_channels",
            _("Channels in the public register"),
            _("Whether channels in use are public where nothing was decided about them."),
            "flag",
            False,
            lambda above, here: above and here,
        ),
    )
}
# What decides how people sign in: changing it asks to show once more that it is you.
OF_SIGNING_IN = {"second_factor", "session_hours", "idle_minutes"}


def defaults() -> dict[str, Any]:
    """What holds where nobody has said anything."""
    return {name: matter.default for name, matter in MATTERS.items()}


def combined(values: list[tuple[str, Any, bool]]) -> dict[str, Any]:
    """What holds at the end of a path: `values` are (matter, value, said by the root) from the root down.

    The whole organisation's word replaces the default; every word below can only tighten.
    """
    found = defaults()
    for name, value, by_root in values:
        if name in MATTERS:
            found[name] = value if by_root else MATTERS[name].tighten(found[name], value)
    return found


def is_looser(name: str, inherited: Any, value: Any) -> bool:
    """Whether `value` would allow what `inherited` forbids."""
    tightest = MATTERS[name].tighten(inherited, value)
    if MATTERS[name].kind == "roles":
        return set(tightest) != set(value)
    if MATTERS[name].kind == "steps":
        return {_step_key(s) for s in tightest} != {_step_key(s) for s in value}
    if MATTERS[name].kind == "lines":
        return set(tightest) != set(value)
    return bool(tightest != value)


def checked(name: str, value: Any) -> Any:
    """`value` in the shape of its matter. ValueError with a sentence's key where it is not."""
    kind = MATTERS[name].kind
    if kind == "flag" and isinstance(value, bool):
        return value
    if kind == "number" and (
        value is None or (isinstance(value, int) and not isinstance(value, bool) and value > 0)
    ):
        return value
    if kind == "word" and value in dict(MATTERS[name].words):
        return str(value)
    if kind == "steps" and isinstance(value, list) and len(value) <= 10:
        return [_checked_step(step) for step in value]
    if kind == "lines" and isinstance(value, list) and len(value) <= 20:
        lines = [line for each in value if (line := text.name(str(each))[:200])]
        return list(dict.fromkeys(map(MATTERS[name].line, lines)))
    if kind == "roles" and isinstance(value, list) and len(value) <= 100:
        return sorted({str(slug)[:40] for slug in value})
    raise ValueError(kind)


def _checked_step(step: Any) -> dict[str, Any]:
    if not isinstance(step, dict) or not (step.get("role") or step.get("person_id")):
        raise ValueError("steps")
    needed = step.get("needed", 1)
    if not isinstance(needed, int) or not 1 <= needed <= 20:
        raise ValueError("steps")
    clean: dict[str, Any] = {"name": str(step.get("name") or step.get("role") or "")[:80], "needed": needed}
    if step.get("person_id"):
        clean["person_id"] = int(step["person_id"])
    else:
        clean["role"] = str(step["role"])[:40]
    return clean

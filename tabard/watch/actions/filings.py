"""Ways that are taken in a case, each followed to its end.

All of them lock the case, so that two people who note something at once come one after the other.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import clock, text
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Conflict, Invalid, Missing
from tabard.kernel.states import move
from tabard.watch.clocks import TO_ANSWER, follow_on
from tabard.watch.letters import UNFILLED
from tabard.watch.models import Case, Filing
from tabard.watch.proof import print_of_all
from tabard.watch.routes import Route, routes_for
from tabard.watch.states import FILING
from tabard.watch.turning import patience_of, settle, turn

LETTER = 8000
NOTE = 2000
REFERENCE = 120
HEARD = ("acknowledged", "asked")


@action(
    "case.file",
    may="watch.decide",
    on=Case,
    says=gettext_lazy("%(who)s took a way in the case %(about)s: %(route)s"),
)
def file_case(by: Actor, case: Case, *, route: str, letter: str, reference: str = "") -> Filing:
    """Its owner was written to, or it was reported: `letter` is what was sent. From now on it is followed."""
    if case.state == "closed":
        raise Conflict(_("This case is closed."))
    way = _offered(case, route)
    wrong: dict[str, list[str]] = {}
    sent = _letter(letter, wrong)
    number = _reference(reference, wrong)
    if wrong:
        raise Invalid(wrong)
    prints = case.evidence.filter(taken_at__gte=case.since).values_list("sha256", flat=True)
    if not prints:
        raise Conflict(_("Keep first what is seen there: afterwards it may be gone."))
    if case.filings.filter(route=route, ended_at=None).exists():
        raise Conflict(_("This way is open already. Wait for its answer, or note that there is none."))
    now = clock.now()
    made = Filing(case=case, route=route, reference=number, filed_by_id=by.person_id, filed_at=now)
    made.proven = print_of_all(prints)
    made.since = now.date()
    made.follow_on = follow_on(way.patience, made.since, made.since)
    made.save()
    note(about=str(case), route=way.kind)
    settle(case)
    turn(by, case, "filed", filing=made, words=sent)
    return made


@action(
    "case.follow_up",
    may="watch.decide",
    on=Case,
    says=gettext_lazy("%(who)s wrote once more in the case %(what)s: %(route)s"),
)
def follow_up(by: Actor, case: Case, *, filing: Filing, letter: str = "") -> Filing:
    """It was asked after, or they were sent what they asked for. The days begin anew only for the latter."""
    way = _awaited(case, filing)
    wrong: dict[str, list[str]] = {}
    sent = _letter(letter, wrong, needed=False)
    if wrong:
        raise Invalid(wrong)
    note(route=way.route)
    today, more = clock.today(), way.state == "asked"
    if more:
        move(way, FILING, "acknowledged", since=today)
    way.asked_after += not more
    way.follow_on = follow_on(patience_of(way), way.since, today)
    way.save(update_fields=["asked_after", "follow_on"])
    settle(case)
    turn(by, case, "more" if more else "after", filing=way, words=sent)
    return way


@action(
    "case.answer",
    may="watch.decide",
    on=Case,
    says=gettext_lazy("%(who)s noted the answer in the case %(what)s, %(route)s: %(answer)s"),
)
def note_answer(
    by: Actor, case: Case, *, filing: Filing, answer: str, reference: str = "", words: str = ""
) -> Filing:
    """What they said: that they have it, that they want more, or how it ends."""
    way = _awaited(case, filing)
    wrong: dict[str, list[str]] = {}
    said, number = text.prose(words).strip(), _reference(reference, wrong)
    if answer not in (*HEARD, *Filing.Answer.values):
        wrong["answer"] = [_("Choose one of what is offered.")]
    if len(said) > NOTE:
        wrong["words"] = [_("At most %(n)s characters.") % {"n": f"{NOTE:,}"}]
    if wrong:
        raise Invalid(wrong)
    note(answer=answer, route=way.route)
    way.reference = number or way.reference
    if answer in HEARD:
        _heard(way, answer)
    else:
        _ended(way, answer)
    way.save(update_fields=["reference"])
    settle(case)
    turn(by, case, answer if answer in HEARD else "ended", filing=way, words=said,
         answer="" if answer in HEARD else answer)  # fmt: skip
    return way


def _heard(way: Filing, answer: str) -> None:
    """They have it, or want more: the days are counted from now on."""
    if way.state == answer:
        raise Conflict(_("This is noted already."))
    today = clock.today()
    days = (TO_ANSWER,) if answer == "asked" else patience_of(way)
    known = {"since": today, "follow_on": follow_on(days, today, today)}
    move(way, FILING, answer, answered_at=way.answered_at or clock.now(), **known)


def _ended(way: Filing, answer: str) -> None:
    """Nothing more is awaited. What nobody has answered was not answered."""
    now = clock.now()
    unanswered = answer in {Filing.Answer.SILENT, Filing.Answer.WITHDRAWN}
    answered = way.answered_at if unanswered else way.answered_at or now
    move(way, FILING, "ended", ended_at=now, answer=answer, answered_at=answered)


def _offered(case: Case, route: str) -> Route:
    for each in routes_for(case.sighting.platform_id):
        if each.code == route:
            return each
    raise Invalid({"route": [_("Choose one of what is offered.")]})


def _awaited(case: Case, filing: Filing) -> Filing:
    """The way as it stands now. `Conflict` where it has ended."""
    way: Filing | None = case.filings.filter(pk=filing.pk).first()
    if way is None:
        raise Missing(_("There is no such way in this case."))
    if way.ended_at is not None:
        raise Conflict(_("This way has ended."))
    return way


def _letter(letter: str, wrong: dict[str, list[str]], *, needed: bool = True) -> str:
    sent = text.prose(letter).strip()
    if needed and not sent:
        wrong["letter"] = [_("Say what was sent.")]
    if len(sent) > LETTER:
        wrong["letter"] = [_("At most %(n)s characters.") % {"n": f"{LETTER:,}"}]
    if UNFILLED in sent:
        wrong["letter"] = [_("Fill in what stands in double brackets.")]
    return sent


def _reference(reference: str, wrong: dict[str, list[str]]) -> str:
    number = text.name(reference)
    if len(number) > REFERENCE:
        wrong["reference"] = [_("At most %(n)s characters.") % {"n": REFERENCE}]
    return number

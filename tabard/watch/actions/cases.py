"""Cases: opened, given, proven, closed, and open again when what was gone is back."""

from __future__ import annotations

import io
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image

from tabard.kernel import clock, permissions, scanning, text
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Conflict, Invalid
from tabard.kernel.place import Place
from tabard.kernel.states import move
from tabard.org.models import Person
from tabard.org.people import actor_of
from tabard.register.fields import FIELDS
from tabard.watch import pictures
from tabard.watch.clocks import TO_CHOOSE, look_on
from tabard.watch.letters import languages
from tabard.watch.models import Case, Evidence, Sighting
from tabard.watch.proof import print_of, sha256
from tabard.watch.queries import LARGEST
from tabard.watch.states import CASE, FILING
from tabard.watch.turning import settle, turn

# What a case can be about.
FOR_CASES = ("impostor", "squatter", "fan", "parody", "employee")
# After these it is looked after whether it is back, and a new report says that it is.
GONE = (Case.Outcome.REMOVED, Case.Outcome.RENAMED)
# How ways end that nobody has answered when the case is closed. Where it has come to something, only the way
# that has led there is credited with it: the others are no longer gone on with.
ENDS = {"rejected": "silent", "silent": "silent"}
LED_THERE = ("removed", "renamed", "handed_over")
PAGE = 500_000  # characters of a page
FORMS = {"PNG": "png", "JPEG": "jpeg", "GIF": "gif", "WEBP": "webp"}
LONGEST = 500


@action(
    "case.open",
    may="watch.decide",
    on=Sighting,
    says=gettext_lazy("%(who)s opened a case about %(what)s"),
)
def open_case(by: Actor, sighting: Sighting, *, owner: Person, language: str = "en") -> Case:
    """Something shall be done about it. `owner` sees to that; `language` is that of its letters."""
    if sighting.decision not in FOR_CASES:
        raise Conflict(_("Decide first that it is an impostor, a squatter, a fan, parody or of an employee."))
    if sighting.in_register:
        raise Conflict(_("It is in the register. Take it out there first."))
    if Case.objects.filter(sighting=sighting).exists():
        raise Conflict(_("There is a case about it already."))
    if language not in languages():
        raise Invalid({"language": [_("Choose one of what is offered.")]})
    _fit(owner, sighting.place())
    now = clock.now()
    case = Case(sighting=sighting, owner=owner, language=language, opened_by_id=by.person_id)
    case.opened_at, case.since = now, now
    case.due_on = clock.today() + timedelta(days=TO_CHOOSE)
    case.save()
    settle(case)
    turn(by, case, "opened")
    return case


@action(
    "case.give",
    may="watch.decide",
    on=Case,
    says=gettext_lazy("%(who)s gave the case %(what)s to %(owner)s"),
)
def give_case(by: Actor, case: Case, *, owner: Person | None) -> Case:
    """Somebody else sees to it."""
    if owner is None:
        raise Invalid({"owner": [_("Choose a person.")]})
    _fit(owner, case.place())
    note(owner=owner.name)
    case.owner = owner
    case.save(update_fields=["owner"])
    turn(by, case, "given", words=owner.name)
    return case


@action(
    "case.prove",
    may="watch.decide",
    on=Case,
    says=gettext_lazy("%(who)s kept what was seen of %(about)s, with the SHA-256 %(sha256)s"),
)
def prove(
    by: Actor, case: Case, *, address: str = "", number: str = "", page: str = "", picture: bytes = b""
) -> Evidence:
    """Keep the text of the page, a picture of it or both, with what is known of it now. It stays as it is."""
    _not_closed(case)
    one = Evidence(case=case, taken_by_id=by.person_id, taken_name=by.name[:150], taken_at=clock.now())
    wrong: dict[str, list[str]] = {}
    _addressed(one, address or case.sighting.url, number, wrong)
    _seen(one, page, picture, wrong)
    if wrong:
        raise Invalid(wrong)
    one.known = _known(case.sighting)
    one.page_sha256 = sha256(one.page.encode())
    one.sha256 = print_of(one)
    one.save(force_insert=True)
    note(about=str(case), sha256=one.sha256)
    turn(by, case, "proven", words=one.sha256)
    return one


def _addressed(one: Evidence, address: str, number: str, wrong: dict[str, list[str]]) -> None:
    try:
        one.address = FIELDS["url"](text.name(address))
    except ValueError as error:
        wrong["address"] = [str(error)]
    if not address.strip():
        wrong["address"] = [_("Give the address of the page.")]
    one.number = text.name(number)
    if len(one.number) > 100:
        wrong["number"] = [_("At most %(n)s characters.") % {"n": 100}]


def _seen(one: Evidence, page: str, picture: bytes, wrong: dict[str, list[str]]) -> None:
    one.page = text.prose(page)
    if not one.page.strip() and not picture:
        wrong["page"] = [_("Paste the text of the page, or choose a picture of it.")]
    if len(one.page) > PAGE:
        wrong["page"] = [_("At most %(n)s characters.") % {"n": f"{PAGE:,}"}]
    if picture:
        scanning.demand_clean(picture, name=_("Picture"), field="picture")
        form = _form(picture)
        if not form:
            wrong["picture"] = [_("This is no picture, or a very large one.")]
        one.picture, one.form, one.size = picture, form, len(picture)
        one.picture_sha256 = sha256(picture)


def _form(picture: bytes) -> str:
    """png, jpeg, gif or webp; nothing for anything else, and for what is too large."""
    if len(picture) > LARGEST or pictures.read(picture) is None:
        return ""
    with Image.open(io.BytesIO(picture), formats=pictures.FORMATS) as opened:
        return FORMS.get(opened.format or "", "")


def _known(sighting: Sighting) -> dict[str, object]:
    names = ("handle", "url", "name", "bio", "site", "avatar", "label", "decision", "reported")
    known = {name: getattr(sighting, name) for name in names}
    first = sighting.first_seen_at.isoformat(timespec="seconds")
    like = sighting.like.handle if sighting.like else ""
    return {**known, "platform": sighting.platform_id, "passes_for": like, "first_seen_at": first}


@action(
    "case.close",
    may="watch.decide",
    on=Case,
    says=gettext_lazy("%(who)s closed the case %(what)s: %(outcome)s"),
)
def close_case(by: Actor, case: Case, *, outcome: str, words: str = "", worked: int | None = None) -> Case:
    """It is over. Ways that are open end with it; what is gone is looked after for half a year.

    `worked`: the open way that has led there, where somebody knows it.
    """
    _not_closed(case)
    if outcome not in Case.Outcome.values:
        raise Invalid({"outcome": [_("Choose one of what is offered.")]})
    said = text.name(words)
    if len(said) > LONGEST:
        raise Invalid({"words": [_("At most %(n)s characters.") % {"n": LONGEST}]})
    note(outcome=outcome)
    now = clock.now()
    _end_ways(case, outcome, worked)
    move(case, CASE, "closed", closed_at=now, outcome=outcome, words=said, looks=0)
    _to_look(case)
    turn(by, case, "closed", answer=outcome, words=said)
    return case


def _end_ways(case: Case, outcome: str, worked: int | None) -> None:
    """End what is open. Its time counts for our own history only for the way that has worked."""
    now, ways = clock.now(), list(case.filings.filter(ended_at=None))
    if worked is not None and (outcome not in LED_THERE or worked not in {way.pk for way in ways}):
        raise Invalid({"worked": [_("Choose one of what is offered.")]})
    for way in ways:
        if way.pk == worked:
            heard = way.answered_at or now
            move(way, FILING, "ended", ended_at=now, answer=outcome, answered_at=heard)
        else:
            move(way, FILING, "ended", ended_at=now, answer=ENDS.get(outcome, "withdrawn"))


@action(
    "case.look",
    may="watch.decide",
    on=Case,
    says=gettext_lazy("%(who)s looked at the case %(what)s: it is still gone"),
)
def look_again(by: Actor, case: Case) -> Case:
    """Somebody has looked: it is still gone."""
    if case.todo != Case.Todo.LOOK:
        raise Conflict(_("There is nothing to look after."))
    if case.due_on > clock.today():
        raise Conflict(_("It is not due yet."))
    case.looks += 1
    case.save(update_fields=["looks"])
    _to_look(case)
    turn(by, case, "looked")
    return case


@action(
    "case.reopen",
    may="watch.decide",
    on=Case,
    says=gettext_lazy("%(who)s opened the case %(what)s again"),
)
def reopen_case(by: Actor, case: Case, *, words: str = "") -> Case:
    """It is back, or something shall be done after all. Evidence from before counts no longer."""
    if case.state != "closed":
        raise Conflict(_("This case is open."))
    if case.sighting.decision not in FOR_CASES or case.sighting.in_register:
        raise Conflict(_("Decide first that it is an impostor, a squatter, a fan, parody or of an employee."))
    said = text.name(words)
    if len(said) > LONGEST:
        raise Invalid({"words": [_("At most %(n)s characters.") % {"n": LONGEST}]})
    back = {"closed_at": None, "outcome": "", "words": "", "since": clock.now(), "returns": case.returns + 1}
    move(case, CASE, "open", **back)
    case.todo, case.due_on = Case.Todo.NOTHING, clock.today()
    settle(case, due=clock.today())
    turn(by, case, "returned", words=said)
    return case


def _to_look(case: Case) -> None:
    """Put down when to look whether it is back, where it is gone."""
    closed = case.closed_at.date() if case.closed_at and case.outcome in GONE else None
    day = look_on(closed, case.looks) if closed else None
    case.todo = Case.Todo.LOOK if day else Case.Todo.NOTHING
    case.due_on = day or case.due_on
    case.save(update_fields=["todo", "due_on"])


def _fit(owner: Person, place: Place) -> None:
    """Whoever sees to a case is here, and may do what it takes."""
    if not owner.is_active:
        raise Invalid({"owner": [_("%(person)s has left.") % {"person": owner}]})
    if not permissions.may(actor_of(owner, "job"), "watch.decide", place):
        said = _("%(person)s may not decide about accounts like ours here. Choose somebody who may.")
        raise Invalid({"owner": [said % {"person": owner}]})


def _not_closed(case: Case) -> None:
    if case.state == "closed":
        raise Conflict(_("This case is closed."))


def no_open_case(sighting: Sighting) -> None:
    """`Conflict` while there is something done about it; nobody can begin before the transaction is over."""
    there = Case.objects.filter(sighting=sighting).select_for_update(of=("self",), no_key=True).first()
    if there is not None and there.state != "closed":
        raise Conflict(_("There is an open case about it. Close that first."))

"""Breaking glass: two people, hours, an alarm, a review; and the way in from the machine itself."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from tabard.access import alarms
from tabard.access.actions import (
    agree_to_emergency,
    ask_emergency,
    end_emergency,
    leave,
    open_emergency,
    refuse_emergency,
    review_emergency,
)
from tabard.access.emergency_door import open_for
from tabard.access.models import Emergency, Source
from tabard.access.tests.test_sessions import browser
from tabard.audit.models import Entry
from tabard.cli.access import command
from tabard.kernel import clock, today
from tabard.kernel.actor import command_line
from tabard.kernel.errors import Denied, IllegalMove, Invalid
from tabard.kernel.permissions import may
from tabard.org.actions import end_grant
from tabard.org.people import actor_of
from tests.cast import PASSWORD


@pytest.fixture
def asked(cast):
    """The manager of a district asks for the district; the manager of the region must agree."""
    by = cast.by("district")
    return ask_emergency(by, cast.nordics, second=cast.regional, reason="Hacked channel", hours=2)


def owner_now(cast, unit):
    return bool(may(cast.by("district"), "roles.edit", unit.place()))


def test_nothing_begins_before_the_second_person_agrees(cast, asked):
    assert asked.state == "asked"
    assert not owner_now(cast, cast.nordics)
    agreed = agree_to_emergency(cast.by("regional"), asked)
    assert agreed.state == "running"
    assert owner_now(cast, cast.nordics)
    assert not owner_now(cast, cast.north)
    assert agreed.grant.reason == "Emergency: Hacked channel"


def test_it_ends_by_itself(cast, asked):
    agree_to_emergency(cast.by("regional"), asked)
    with clock.at(clock.now() + timedelta(hours=2, seconds=1)):
        assert not owner_now(cast, cast.nordics)
        assert Emergency.objects.get().state == "over"


@pytest.mark.parametrize("who", ["district", "owner", "on_call"])
def test_only_the_person_named_answers(cast, asked, who):
    with pytest.raises(Denied):
        agree_to_emergency(cast.by(who), asked)
    assert not owner_now(cast, cast.nordics)


def test_nobody_names_themselves_or_who_may_not_agree(cast):
    by, given = cast.by("district"), {"reason": "x", "hours": 1}
    for second in (cast.district, cast.creator, cast.leaver, cast.stranger, None):
        with pytest.raises(Invalid) as wrong:
            ask_emergency(by, cast.nordics, second=second, **given)
        assert "second" in wrong.value.fields
    with pytest.raises(IntegrityError):
        Emergency.objects.create(
            person=cast.district, second=cast.district, unit=cast.nordics, reason="x", hours=1,
            asked_at=clock.now(), answer_by=clock.now(),
        )  # fmt: skip


@pytest.mark.parametrize("wrong", [{"hours": 5}, {"hours": 0}, {"reason": " "}])
def test_hours_and_reason_are_asked_for(cast, wrong):
    given = {"second": cast.regional, "reason": "x", "hours": 1, **wrong}
    with pytest.raises(Invalid):
        ask_emergency(cast.by("district"), cast.nordics, **given)


def test_an_answer_that_comes_too_late_or_twice_counts_for_nothing(cast, asked):
    later = clock.now() + timedelta(minutes=61)
    late = actor_of(cast.regional, "screen", proved_at=later)
    with clock.at(later), pytest.raises(IllegalMove):
        agree_to_emergency(late, asked)
    refuse_emergency(cast.by("regional"), asked, reason="Nobody answered my call")
    with pytest.raises(IllegalMove):
        agree_to_emergency(cast.by("regional"), asked)


def test_who_has_left_meanwhile_gets_nothing(cast, asked):
    leave(cast.by("owner"), cast.district, reason="x")
    with pytest.raises(IllegalMove):
        agree_to_emergency(cast.by("regional"), asked)


def test_whose_grant_has_ended_meanwhile_gets_nothing(cast, asked):
    end_grant(cast.by("owner"), cast.district.grants.get(), reason="Off the rota")
    with pytest.raises(Denied, match="any more"):
        agree_to_emergency(cast.by("regional"), asked)
    assert not cast.district.grants.filter(role__slug="owner").exists()


def test_leaving_ends_it(cast, asked):
    agree_to_emergency(cast.by("regional"), asked)
    leave(cast.by("owner"), cast.district, reason="x")
    assert Emergency.objects.get().state == "over"


def test_one_of_the_two_or_an_owner_ends_it_early(cast, asked):
    agreed = agree_to_emergency(cast.by("regional"), asked)
    with pytest.raises(Denied):
        end_emergency(cast.by("on_call"), agreed)
    end_emergency(cast.by("district"), agreed)
    assert not owner_now(cast, cast.nordics)


def test_an_owner_does_not_look_at_their_own(cast):
    opened = open_emergency(
        command_line(), cast.organisation, person=cast.owner, reason="Nobody got in", hours=1
    )
    end_emergency(cast.by("owner"), opened)
    with pytest.raises(Denied, match="Somebody else"):
        review_emergency(cast.by("owner"), opened, review="Fine")


def test_somebody_else_looks_at_it_afterwards(cast, asked):
    agreed = agree_to_emergency(cast.by("regional"), asked)
    with pytest.raises(IllegalMove):
        review_emergency(cast.by("owner"), agreed, review="Fine")
    end_emergency(cast.by("district"), agreed)
    with pytest.raises(Denied):
        review_emergency(cast.by("district"), agreed, review="Fine")
    assert [need.do for need in today.needs(cast.by("owner"), None) if "had owner" in need.title] == [
        "Review"
    ]
    done = review_emergency(cast.by("owner"), agreed, review="The post was removed, the password changed.")
    assert done.state == "reviewed"
    actions = set(Entry.objects.filter(action__startswith="emergency.").values_list("action", flat=True))
    assert actions == {"emergency.ask", "emergency.agree", "emergency.end", "emergency.review"}


def test_the_alarm_reaches_every_owner_and_the_question_the_second(cast, asked, mailoutbox):
    alarms.tell_second(asked.pk)
    (mail,) = mailoutbox
    assert (mail.to, "needs your yes" in mail.body) == ([cast.regional.email], True)
    assert [n.do for n in today.needs(cast.by("regional"), None) if "asks for" in n.title] == ["Answer"]
    agree_to_emergency(cast.by("regional"), asked)
    cast.owner.language = "bg"
    cast.owner.save()
    alarms.tell_owners(asked.pk)
    alarm = mailoutbox[-1]
    assert alarm.to == [cast.owner.email]
    assert "Hacked channel" in alarm.body
    assert f"/emergencies/{asked.pk}/" in alarm.body
    assert "Спешен случай" in alarm.subject
    assert any("has owner rights" in need.title for need in today.needs(cast.by("owner"), None))


def test_on_screen_from_the_question_to_the_review(cast):
    asker, second, owner = browser(cast.district), browser(cast.regional), browser(cast.owner)
    form = {"unit": cast.nordics.pk, "hours": "1", "reason": "x", "second": cast.analyst.pk}
    assert asker.post("/emergencies/new/", form).status_code == 422
    page = asker.post("/emergencies/new/", {**form, "second": cast.regional.pk}, follow=True)
    assert "Waits for an answer" in page.text
    url = reverse("emergency", args=[Emergency.objects.get().pk])
    assert "Agree" not in page.text
    assert "They ask for your yes" in second.get(url).text
    assert second.post(url, {"refuse": "1", "reason": ""}).status_code == 422
    second.post(url, {"agree": "1"})
    assert "Holds now" in owner.get("/emergencies/?state=running").text
    assert asker.post(url, {"end": "1"}).status_code == 302
    owner.post(url, {"review": "All right."})
    assert "All right." in owner.get("/emergencies/csv/").getvalue().decode()
    assert browser(cast.stranger).get(url).status_code == 404
    assert browser(cast.creator).get("/emergencies/new/").status_code == 403


def test_by_api(cast):
    asker, second, owner = browser(cast.district), browser(cast.regional), browser(cast.owner)
    body = {"unit_id": cast.nordics.pk, "second_id": cast.regional.pk, "reason": "x", "hours": 1}
    made = asker.post("/api/v1/emergencies", body, content_type="application/json")
    assert made.status_code == 201, made.text
    one = f"/api/v1/emergencies/{made.json()['id']}"
    assert second.post(f"{one}/agree").json()["state"] == "running"
    assert second.post(f"{one}/end").json()["state"] == "over"
    told = owner.post(f"{one}/review", {"review": "Fine."}, content_type="application/json")
    assert told.json()["reviewed_by_id"] == cast.owner.pk
    assert owner.get("/api/v1/emergencies?state=reviewed").json()["count"] == 1


def test_the_machine_lets_somebody_in_although_the_source_lets_nobody(cast, mailoutbox):
    known = {"slug": "meridian-id", "name": "Meridian ID", "issuer": "https://id.meridian.example"}
    Source.objects.create(**known, unit=cast.north, client="x", domains=["meridian.example"], alone=True)
    link = open_for(cast.on_call.email, reason="The source is down", hours=4, forget_factors=True)
    client = Client()
    page = client.get(link.replace("http://127.0.0.1:8000", ""), follow=True)
    words = {"password1": PASSWORD, "password2": PASSWORD}
    client.post(page.request["PATH_INFO"], words)
    login = {"login": cast.on_call.email, "password": PASSWORD}
    client.post(reverse("account_login"), login)
    assert client.get("/sessions/").status_code == 200
    assert may(actor_of(cast.on_call, "screen"), "roles.edit", cast.organisation.place())
    emergency = Emergency.objects.get()
    alarms.tell_owners(emergency.pk)
    assert "command line" in mailoutbox[-1].body
    with clock.at(clock.now() + timedelta(hours=5)):
        late = Client()
        late.post(reverse("account_login"), login)
        assert late.get("/sessions/").status_code == 302
        assert not may(actor_of(cast.on_call, "screen"), "roles.edit", cast.organisation.place())


def test_nobody_opens_it_but_the_machine(cast):
    with pytest.raises(Denied):
        open_emergency(cast.by("owner"), cast.organisation, person=cast.creator, reason="x", hours=1)


def test_the_command_says_what_is_wrong(cast):
    from tabard.kernel.errors import Missing

    with pytest.raises(Missing):
        open_for("nobody@meridian.example", reason="x", hours=1, forget_factors=False)
    with pytest.raises(Invalid):
        open_for(cast.leaver.email if not cast.leaver.is_active else cast.creator.email, reason="", hours=1,
                 forget_factors=False)  # fmt: skip
    told = CliRunner().invoke(command, ["break-glass", "x@y.example", "--reason", "x", "--hours", "9"])
    assert told.exit_code == 2

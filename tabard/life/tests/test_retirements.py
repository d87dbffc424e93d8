"""A channel that goes: its checklist, who does what of it, and that it is not gone before all is done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tabard.kernel import clock
from tabard.kernel.errors import Conflict, Denied, Invalid
from tabard.kernel.today import needs
from tabard.life import actions
from tabard.life.models import Retirement, RetirementStep
from tabard.life.rules import STEPS
from tabard.org.actions import set_policy, unset_policy
from tabard.register.actions import begin_import, set_state, start_import, write_import
from tabard.register.models import Channel, Import
from tabard.register.running import check
from tests.cast import make_channel

TOLD = "Tell the works council"


@pytest.fixture
def going(cast):
    """A channel of the Nordics that its creator owns, on its way out."""
    channel = make_channel(cast.nordics, "oldsoups", "x", owner=cast.creator)
    set_state(cast.by("district"), channel, state="retiring", why="Nobody reads it")
    return channel


def steps(channel):
    return list(RetirementStep.objects.filter(retirement__channel=channel, retirement__state="open"))


def finish(cast, channel):
    for one in [each for each in steps(channel) if each.state == "todo"]:
        actions.finish_step(cast.by("owner"), one, evidence="https://meridian.example/done")


def test_a_checklist_is_made_with_owner_and_days(cast, going):
    made = steps(going)
    assert [one.code for one in made] == list(STEPS)
    assert {one.owner for one in made} == {cast.creator}
    assert made[0].due_on == clock.today() + timedelta(days=STEPS["goodbye"].days)


def test_policies_of_all_units_above_make_it_longer(cast):
    set_policy(cast.by("owner"), cast.organisation, matter="retirement_steps", value=[TOLD])
    set_policy(cast.by("regional"), cast.north, matter="retirement_steps", value=[TOLD, " Tell the shops "])
    with pytest.raises(Invalid):
        set_policy(cast.by("regional"), cast.north, matter="retirement_steps", value=["Tell the shops"])
    channel = make_channel(cast.nordics, "oldsoups")
    set_state(cast.by("district"), channel, state="retiring", why="x")
    assert [one.said for one in steps(channel)][len(STEPS) :] == [TOLD, "Tell the shops"]


def test_it_is_retired_only_when_all_is_done(cast, going):
    by = cast.by("district")
    first, *rest = steps(going)
    for one in rest:
        actions.skip_step(by, one, reason="It never had any")
    with pytest.raises(Conflict, match="1 step is left"):
        set_state(by, going, state="retired", why="Nobody reads it")
    actions.finish_step(by, first, evidence="https://x.example/1")
    set_state(by, going, state="retired", why="Nobody reads it")
    assert Retirement.objects.get(channel=going).state == "done"
    with pytest.raises(Conflict):
        actions.reopen_step(by, first)


def test_an_import_does_not_go_round_it(cast, going):
    def bring(state):
        data = f"platform,handle,state\n{going.platform_id},{going.handle},{state}\n".encode()
        by = cast.by("district")
        found = start_import(by, cast.nordics, name="x.csv", data=data)
        check(found.pk, last=True)
        found = begin_import(by, Import.objects.get(pk=found.pk))
        return write_import(by, found)

    with pytest.raises(Conflict, match="8 steps are left"):
        bring("retired")
    assert Channel.objects.get(pk=going.pk).state == "retiring"
    bring("active")
    assert steps(going) == []
    bring("retiring")
    assert len(steps(going)) == len(STEPS)


def test_its_owner_does_a_step_and_others_do_not(cast, going):
    first, second, *_rest = steps(going)
    for who in ("publisher", "approver", "stranger"):
        with pytest.raises(Denied):
            actions.finish_step(cast.by(who), first, evidence="x")
    with pytest.raises(Invalid):
        actions.finish_step(cast.by("creator"), first, evidence=" ")
    assert actions.finish_step(cast.by("creator"), first, evidence="Posted").ended_by == cast.creator
    with pytest.raises(Denied):
        actions.skip_step(cast.by("creator"), second, reason="Too much work")
    assert actions.reopen_step(cast.by("district"), first).evidence == ""


def test_what_a_policy_asks_for_is_skipped_by_who_sets_policies_alone(cast, going):
    one = RetirementStep.objects.create(
        retirement=Retirement.objects.get(channel=going), position=20, title=TOLD, due_on=clock.today()
    )
    from tabard.org.models import Role

    Role.objects.filter(slug="manager").update(permissions=["channels.see", "channels.edit", "org.see"])
    with pytest.raises(Denied):
        actions.skip_step(cast.by("district"), one, reason="There is none")
    assert actions.skip_step(cast.by("owner"), one, reason="There is none").state == "skipped"


def test_given_to_somebody_else_by_another_day(cast, going):
    one = steps(going)[0]
    for wrong in ({}, {"owner": cast.leaver}, {"due_on": clock.today() - timedelta(days=1)}):
        if wrong.get("owner"):
            type(cast.leaver).objects.filter(pk=cast.leaver.pk).update(is_active=False)
            cast.leaver.refresh_from_db()
        with pytest.raises(Invalid):
            actions.give_step(cast.by("district"), one, **wrong)
    day = clock.today() + timedelta(days=3)
    given = actions.give_step(cast.by("district"), one, owner=cast.publisher, due_on=day)
    assert (given.owner, given.due_on) == (cast.publisher, day)


def test_a_channel_that_stays_has_nothing_left_to_do(cast, going):
    set_state(cast.by("district"), going, state="active")
    assert Retirement.objects.get(channel=going).state == "called_off"
    set_state(cast.by("district"), going, state="retiring", why="After all")
    assert len(steps(going)) == len(STEPS)


def test_one_that_has_none_gets_one(cast):
    channel = make_channel(cast.nordics, "older")
    with pytest.raises(Conflict):
        actions.begin_retirement(cast.by("district"), channel)
    Channel.objects.filter(pk=channel.pk).update(state="retiring")
    actions.begin_retirement(cast.by("district"), channel)
    with pytest.raises(Conflict):
        actions.begin_retirement(cast.by("district"), channel)


def test_today_says_what_is_mine_and_what_is_late(cast, going):
    def said(who):
        return {need.title: (need.group, need.why) for need in needs(cast.by(who), None)}

    assert said("creator")["oldsoups is being retired"] == ("week", "8 steps are yours.")
    with clock.at(clock.now() + timedelta(days=8)):
        assert said("creator")["oldsoups is being retired"][0] == "now"
        assert "1 step is overdue" in said("district")
        assert "1 step is overdue" not in said("creator")


def test_through_the_screens(cast, going):
    browser = Client()
    browser.force_login(cast.district)
    listed = reverse("channel_retirement", args=[going.pk])
    assert b"Say goodbye" in browser.get(listed).content
    page = reverse("retirement_step", args=[steps(going)[0].pk])
    assert browser.post(page, {"do": "done", "evidence": ""}).status_code == 422
    assert browser.post(page, {"do": "give", "due_on": "soon"}).status_code == 422
    assert browser.post(page, {"do": "done", "evidence": "Posted"}).status_code == 302
    assert b"Posted" in browser.get(listed).content
    assert b"oldsoups" in browser.get(reverse("retirement_steps") + "?state=done").content
    finish(cast, going)
    assert b"Retire it" in browser.get(listed).content
    browser.post(reverse("channel_state", args=[going.pk]), {"state": "retired", "why": "x"})
    assert Channel.objects.get(pk=going.pk).state == "retired"


def test_a_policy_of_lines_is_set_on_its_page(cast):
    browser = Client()
    browser.force_login(cast.owner)
    page = reverse("policies", args=[cast.nordics.pk])
    browser.post(page, {"matter": "retirement_steps", "kind": "lines", "value": f"{TOLD}\n\nTell shops\n"})
    assert TOLD.encode() in browser.get(page).content
    unset_policy(cast.by("owner"), cast.nordics, matter="retirement_steps")

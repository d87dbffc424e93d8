"""A post on its way: written, adapted, approved, scheduled, and what any change does to that."""

from datetime import date, time, timedelta

import pytest

from tabard.approvals.actions import decide
from tabard.approvals.models import Approval
from tabard.kernel import clock
from tabard.kernel.errors import Conflict, Denied, IllegalMove, Invalid
from tabard.org.models import Policy
from tabard.posts.actions import (
    change_post,
    change_variant,
    delete_post,
    make_post,
    schedule,
    submit,
    take_back,
    unschedule,
)
from tabard.posts.models import Post
from tests.cast import make_channel


@pytest.fixture
def post(cast) -> Post:
    channels = [make_channel(cast.nordics, "nordics"), make_channel(cast.nordics, "nordics_kitchen")]
    return make_post(
        cast.by("creator"),
        cast.nordics,
        title="Winter soups",
        text="Three soups land today.",
        channels=channels,
    )


def states(post: Post) -> list[str]:
    return list(post.variants.order_by("id").values_list("state", flat=True))


def say(cast, who: str, yes: bool = True, comment: str = "") -> None:
    for waiting in Approval.objects.filter(state="asked"):
        decide(cast.by(who), waiting, yes=yes, digest=waiting.digest, comment=comment)


def tomorrow() -> date:
    return (clock.now() + timedelta(days=1)).date()


def approved(cast, post: Post) -> Post:
    submit(cast.by("creator"), post)
    say(cast, "approver")
    return post


def test_what_is_approved_can_be_scheduled(cast, post):
    approved(cast, post)
    assert states(post) == ["approved", "approved"]
    schedule(cast.by("publisher"), post, due_date=tomorrow(), due_time=time(14, 0), zone="Europe/Oslo")
    post.refresh_from_db()
    assert states(post) == ["scheduled", "scheduled"]
    assert clock.from_utc(post.due_at, "Europe/Oslo").time() == time(14, 0)


def test_a_creator_cannot_schedule(cast, post):
    approved(cast, post)
    with pytest.raises(Denied, match="Schedule and publish"):
        schedule(cast.by("creator"), post)


def test_nothing_unapproved_can_be_scheduled(cast, post):
    with pytest.raises(IllegalMove, match="Ask for approval"):
        schedule(cast.by("publisher"), post)


def test_what_waits_for_a_yes_is_scheduled_with_the_yes(cast, post):
    submit(cast.by("creator"), post)
    schedule(cast.by("publisher"), post, due_date=tomorrow(), due_time=time(14, 0))
    assert states(post) == ["in_review", "in_review"]
    say(cast, "approver")
    assert states(post) == ["scheduled", "scheduled"]


def test_a_no_sends_it_back_with_the_comment(cast, post):
    submit(cast.by("creator"), post)
    with pytest.raises(Invalid):
        say(cast, "approver", yes=False)
    say(cast, "approver", yes=False, comment="Too many adjectives")
    assert states(post) == ["draft", "draft"]


@pytest.mark.parametrize("stage", ["in_review", "approved", "scheduled"])
def test_any_change_voids_the_yes_in_every_state(cast, post, stage):
    submit(cast.by("creator"), post)
    if stage != "in_review":
        say(cast, "approver")
    if stage == "scheduled":
        schedule(cast.by("publisher"), post, due_date=tomorrow(), due_time=time(14, 0))
    change_post(cast.by("creator"), post, text="Four soups land today.")
    assert states(post) == ["draft", "draft"]
    void = Approval.objects.filter(state="void").first()
    assert void.voided["changes"]["text"] == ["Three soups land today.", "Four soups land today."]
    assert void.voided["by"] == "Marek Nowak"


def test_a_change_of_one_variant_leaves_the_yes_to_the_others(cast, post):
    approved(cast, post)
    first = post.variants.order_by("id")[0]
    change_variant(cast.by("creator"), post, variant=first, text="Only here.")
    assert states(post) == ["draft", "approved"]


def test_a_change_that_changes_nothing_voids_nothing(cast, post):
    approved(cast, post)
    change_post(cast.by("creator"), post, text="Three soups land today.", title="Winter soups, week 48")
    assert states(post) == ["approved", "approved"]


def test_a_decision_on_what_has_changed_is_refused(cast, post):
    submit(cast.by("creator"), post)
    seen = Approval.objects.filter(state="asked").first()
    change_post(cast.by("creator"), post, text="Something else.")
    with pytest.raises(Conflict, match="changed after it was shown"):
        decide(cast.by("approver"), seen, yes=True, digest=seen.digest)


def test_nobody_says_yes_to_their_own_work(cast, post):
    change_post(cast.by("regional"), post, text="A manager wrote this.")
    submit(cast.by("creator"), post)
    with pytest.raises(Denied, match="own work"):
        say(cast, "regional")
    say(cast, "district")
    assert states(post) == ["approved", "approved"]


def test_a_policy_can_allow_ones_own_work(cast, post):
    Policy.objects.create(unit=cast.organisation, matter="own_approval", value=True)
    change_post(cast.by("regional"), post, text="A manager wrote this.")
    submit(cast.by("creator"), post)
    say(cast, "regional")
    assert states(post) == ["approved", "approved"]


def test_an_approver_of_a_sibling_unit_cannot_decide(cast, post):
    submit(cast.by("creator"), post)
    with pytest.raises(Denied) as refusal:
        say(cast, "stranger")
    assert refusal.value.hidden


def test_two_steps_need_both(cast, post):
    steps = [{"name": "Brand", "role": "approver"}, {"name": "Region", "role": "manager"}]
    Policy.objects.create(unit=cast.organisation, matter="approval_steps", value=steps)
    submit(cast.by("creator"), post)
    say(cast, "approver")
    assert states(post) == ["in_review", "in_review"]
    say(cast, "regional")
    assert states(post) == ["approved", "approved"]


def test_two_people_saving_at_once_lose_nothing(cast, post):
    change_post(cast.by("creator"), post, text="First.", revision=1)
    with pytest.raises(Conflict) as refusal:
        change_post(cast.by("district"), post, text="Second.", revision=1)
    assert refusal.value.theirs["text"] == "First."


def test_too_long_a_text_cannot_be_asked_for(cast, post):
    change_post(cast.by("creator"), post, text="soup " * 200)
    with pytest.raises(Invalid, match="too long"):
        submit(cast.by("creator"), post)


def test_taking_back_and_unscheduling(cast, post):
    submit(cast.by("creator"), post)
    take_back(cast.by("creator"), post)
    assert states(post) == ["draft", "draft"]
    approved(cast, post)
    schedule(cast.by("publisher"), post, due_date=tomorrow(), due_time=time(14, 0))
    unschedule(cast.by("publisher"), post)
    assert states(post) == ["approved", "approved"]


def test_a_deleted_post_is_withdrawn_everywhere(cast, post):
    approved(cast, post)
    delete_post(cast.by("publisher"), post)
    assert states(post) == ["withdrawn", "withdrawn"]


def test_an_hour_that_does_not_exist_is_refused_with_the_next(cast, post):
    approved(cast, post)
    with pytest.raises(Invalid, match="Try 03:30"):
        schedule(
            cast.by("publisher"), post, due_date=date(2027, 3, 28), due_time=time(2, 30), zone="Europe/Oslo"
        )

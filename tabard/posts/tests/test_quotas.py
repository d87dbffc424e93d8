"""Before a post is scheduled it is known whether its channel has room for it on that day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tabard.connectors.card import Budget, Per
from tabard.connectors.registry import card
from tabard.posts import quotas
from tabard.posts.checks import findings
from tabard.posts.content import contents
from tabard.posts.models import Post, Variant
from tests.cast import make_channel

NOON = datetime(2026, 12, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def channel(cast, monkeypatch):
    """On a platform to which three posts a day go out."""
    known = card("mastodon")
    day = Budget("posts", 6, 86_400, Per.CHANNEL, {"publish": 2})
    short = Budget("calls", 1, 300, Per.CHANNEL, {"publish": 1})
    monkeypatch.setattr(quotas, "card", lambda name: replace(known, budgets=(day, short)))
    return make_channel(cast.nordics, "nordics")


def planned(channel, *hours: float, state: str = "scheduled") -> list[Variant]:
    found = []
    for hour in hours:
        post = Post.objects.create(unit=channel.unit, title="x", text="Soup", due_at=NOON + hour * HOUR)
        variant = Variant.objects.create(post=post, channel=channel)
        steps = {
            "scheduled": ("approved", "scheduled"),
            "handed_over": ("approved", "scheduled", "handed_over"),
        }
        for step in steps.get(state, ()):
            Variant.objects.filter(pk=variant.pk).update(state=step)
        found.append(variant)
    return found


def said(variant: Variant) -> list[str]:
    shown = contents(variant.post, [variant])
    return [each.said for each in findings([variant], shown)[variant.pk] if each.code == "crowded"]


def test_a_day_that_is_full_is_said_and_forbids_nothing(channel):
    planned(channel, -20, -2, 3)
    (draft,) = planned(channel, 0, state="draft")
    (sentence,) = said(draft)
    assert sentence.startswith("4 posts are planned within 24 hours of this moment, and 3 at most go out")
    found = findings([draft], contents(draft.post, [draft]))[draft.pk]
    assert not any(each.bad for each in found if each.code == "crowded")


def test_what_lies_more_than_a_day_apart_is_no_crowd(channel):
    planned(channel, -23, -13, 13, 23)
    (draft,) = planned(channel, 0, state="draft")
    assert said(draft) == []


def test_what_has_gone_out_counts_and_what_is_a_draft_does_not(channel):
    planned(channel, -1, -2, state="handed_over")
    planned(channel, 1, 2, 3, state="draft")
    (draft,) = planned(channel, 0, state="draft")
    assert said(draft) == []
    planned(channel, 4)
    assert len(said(draft)) == 1


def test_it_does_not_count_itself_twice(channel):
    *_others, last = planned(channel, -1, 0, 1)
    assert said(last) == []


def test_another_channel_is_another_day(channel):
    planned(channel, -1, 0, 1)
    other = make_channel(channel.unit, "other")
    (draft,) = planned(other, 0, state="draft")
    assert said(draft) == []


def test_without_a_moment_nothing_is_known(channel, django_assert_max_num_queries):
    planned(channel, -1, 0, 1)
    post = Post.objects.create(unit=channel.unit, title="x", text="Soup")
    draft = Variant.objects.create(post=post, channel=channel)
    assert said(draft) == []


def test_what_goes_out_in_a_day_is_on_the_card():
    assert quotas.daily("threads") == 250
    assert quotas.daily("instagram") == 100
    assert quotas.daily("tiktok") == 15
    assert quotas.daily("telegram") is None
    assert quotas.daily("flickr") is None

"""What the demo company has said and is going to say: weeks of posts, the same every time but for the day."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from tabard.approvals.actions import decide
from tabard.approvals.models import Approval
from tabard.demo import history
from tabard.demo.company import company
from tabard.kernel import clock
from tabard.kernel.actor import Actor
from tabard.org.models import Person, Unit
from tabard.org.people import actor_of
from tabard.posts.actions import (
    add_comment,
    change_post,
    change_variant,
    make_campaign,
    make_post,
    schedule,
    submit,
)
from tabard.posts.models import Campaign, Post
from tabard.register.models import Channel

WEEKS_BACK = 5
DAYS_AHEAD = 16
WRITER, READER = "Marek Nowak", "Lars Henriksen"


@dataclass
class Told:
    """A post that went out: on which handles, when, in which words."""

    unit: str
    title: str
    text: str
    at: datetime
    handles: list[str]
    sent: dict[str, tuple[str, str]] = field(default_factory=dict)

    def key(self, handle: str) -> str:
        return f"demo-{handle}-{self.at:%Y%m%d%H%M}"


@dataclass
class Past:
    """Everything that went out before today."""

    posts: list[Told]

    def of(self, handle: str) -> list[dict[str, Any]]:
        """What Practice is given of it for one channel."""
        return [
            {"text": p.text, "at": p.at.isoformat(), "key": p.key(handle)}
            for p in self.posts
            if handle in p.handles
        ]

    def last_of(self, handle: str) -> datetime | None:
        return max((p.at for p in self.posts if handle in p.handles), default=None)

    def remember(self, loaded: Mapping[str, Mapping[str, Any]]) -> None:
        """Where each post stands on Practice."""
        there = {p["key"]: (p["id"], p["url"]) for one in loaded.values() for p in one["posts"]}
        for post in self.posts:
            post.sent = {h: there[post.key(h)] for h in post.handles if post.key(h) in there}


def past(units: Mapping[str, Unit]) -> Past:
    """Five weeks of posts: each district on most working days, through one to three of its channels."""
    dice, now = random.Random(7), clock.now()  # noqa: S311 a story, not a secret
    posts = []
    for unit, handles in _districts():
        for back in range(WEEKS_BACK * 7, 0, -1):
            day = now - timedelta(days=back)
            if day.weekday() >= 5 or dice.random() < 0.45:
                continue
            at = day.replace(
                hour=dice.choice([7, 8, 9, 11, 12, 15, 17]), minute=dice.choice([0, 15, 30]), second=0
            )
            title, words = dice.choice(_words(unit))
            chosen = dice.sample(handles[:4], dice.choice([1, 1, 2, 3]))
            posts.append(Told(unit, title, words, at.replace(microsecond=0), chosen))
    return Past(posts)


def write(people: Mapping[str, Person], channels: list[Channel], told: Past) -> None:
    """The past as rows, the future through the actions that people use."""
    by_handle = {c.handle: c for c in channels}
    history.write(told.posts, by_handle, people[WRITER], people[READER])
    campaigns = _campaigns(people)
    dice = random.Random(11)  # noqa: S311 a story, not a secret
    number = 0
    for unit, handles in _districts():
        for ahead in range(DAYS_AHEAD):
            day = clock.now() + timedelta(days=ahead)
            if day.weekday() >= 5 or dice.random() < 0.5:
                continue
            chosen = [by_handle[h] for h in dice.sample(handles[:4], dice.choice([1, 1, 2, 3]))]
            post = _planned(people, unit, chosen, dice, campaigns.get(unit))
            number += 1
            if number % 8 == 6:
                _as_thread(actor_of(people["Ingrid Solheim"], "screen"), post)
            _take_along(people, post, day, dice, number)


def _planned(
    people: Mapping[str, Person],
    unit: str,
    chosen: list[Channel],
    dice: random.Random,
    campaign: Campaign | None,
) -> Post:
    title, words = dice.choice(_words(unit))
    writer = actor_of(people["Ingrid Solheim"], "screen")
    home = Unit.objects.get(name=unit)
    return make_post(
        writer,
        home,
        title=title,
        text=words,
        channels=chosen,
        campaign=campaign if dice.random() < 0.4 else None,
        language=_language(unit),
    )


def _as_thread(writer: Actor, post: Post) -> None:
    """The same words sentence by sentence, each post an answer to the one before."""
    first, *more = re.split(r"(?<=[.!?]) ", post.text)
    for variant in post.variants.select_related("channel"):
        thread = [{"text": sentence} for sentence in more]
        change_variant(writer, post, variant=variant, text=first, thread=thread)


def _take_along(
    people: Mapping[str, Person], post: Post, day: datetime, dice: random.Random, number: int
) -> None:
    """Most posts are approved and scheduled; some wait, some were sent back, some were changed since."""
    author, reader = actor_of(people["Ingrid Solheim"], "screen"), actor_of(people[READER], "screen")
    fate = number % 10
    if fate == 0:
        return
    submit(author, post, message="For the calendar of this week.")
    if fate in {1, 2}:
        return
    if fate == 3:
        for asked in Approval.objects.filter(group_id=post.pk, state="asked"):
            decide(
                reader,
                asked,
                yes=False,
                digest=asked.digest,
                comment="The claim in the last sentence needs a source.",
            )
        return
    for asked in Approval.objects.filter(group_id=post.pk, state="asked"):
        decide(reader, asked, yes=True, digest=asked.digest)
    hour = time(dice.choice([6, 7, 8, 9, 12, 14, 16, 18]), dice.choice([0, 15, 30, 40]))
    moment = max(day.date(), (clock.now() + timedelta(hours=30)).date())
    schedule(author, post, due_date=moment, due_time=hour)
    if number % 17 == 0:
        change_post(author, post, text=post.text + " Warmer than takeaway.")
    if number % 6 == 0:
        add_comment(reader, post, words="Good. Please keep an eye on the replies in the first hour.")


def _campaigns(people: Mapping[str, Person]) -> dict[str, Campaign]:
    by, today = actor_of(people["Ingrid Solheim"], "screen"), clock.today()
    return {
        said["unit"]: make_campaign(
            by,
            Unit.objects.get(name=said["unit"]),
            name=said["name"],
            starts_on=today + timedelta(days=said["starts"]),
            ends_on=today + timedelta(days=said["ends"]),
        )
        for said in company()["campaigns"]
    }


def _districts() -> list[tuple[str, list[str]]]:
    return [(d["name"], d["channels"]) for r in company()["regions"] for d in r["districts"]]


def _language(unit: str) -> str:
    return str(company()["languages"].get(unit, "en"))


def _words(unit: str) -> list[tuple[str, str]]:
    found: list[list[str]] = company()["words"][_language(unit)]
    return [(title, words) for title, words in found]


def name_of(handle: str) -> str:
    """`la_soupe_du_soir` is called `La soupe du soir`."""
    return handle.replace("_", " ").capitalize()


def purpose_of(handle: str) -> str:
    """What a channel is for, by what its handle says."""
    by_word = {
        "job": "Vacancies and life at work",
        "praca": "Vacancies and life at work",
        "karriere": "Vacancies and life at work",
        "emplo": "Vacancies and life at work",
        "press": "News for journalists",
        "care": "Answers to customers",
        "help": "Answers to customers",
    }
    return next((said for word, said in by_word.items() if word in handle), "Recipes, products and people")

"""The third part of the contract: threads and first comments, each part once and under what it answers."""

from __future__ import annotations

import json

import pytest

from tabard.connectors import errors
from tabard.connectors import stage as _stage
from tabard.connectors.base import NOT_THERE, Outgoing, Published
from tabard.connectors.card import Ability, Placement, Proof
from tabard.connectors.checks import errors as wrong
from tabard.connectors.contract_reach import ReachContract
from tabard.connectors.stage import Stage

KEYS = tuple(f"5b0e8f6a-0000-4000-8000-00000000000{n}" for n in range(3))


class PartsContract(ReachContract):
    """What holds for every platform where posts follow a post, or a channel comments its own."""

    def threading(self) -> Placement:
        """The place where posts follow a post."""
        place = next((place for place in self.card.placements if place.thread), None)
        if place is None:
            pytest.skip("no threads here")
        return place

    def commented(self) -> Placement:
        """The place whose posts can have a comment of the channel itself."""
        place = next((place for place in self.card.placements if place.first_comment), None)
        if place is None:
            pytest.skip("no first comment here")
        return place

    def part(self, number: int, before: str) -> Outgoing:
        place = self.threading()
        return self.outgoing(f"Part {number}", key=KEYS[number], placement=place.name, reply_to=before)

    def test_what_may_follow_a_post_stands_on_the_card_wholly(self) -> None:
        for place in self.card.placements:
            assert place.replies or not place.thread
            assert not (place.needs_reply and (place.thread or place.first_comment))
            assert set(place.thread_options) <= {option.name for option in place.options}
            known = {(option.name, value) for option in place.options for value, _label in option.choices}
            assert set(place.private) <= known
            if place.first_comment:
                under = self.card.placement(place.first_comment)
                assert under.replies
                assert not under.needs_media

    def test_a_thread_of_three_is_there_once_each_answering_the_one_before(self, on: Stage) -> None:
        first = self.published(on, self.part(0, ""))
        second = self.lost_on_its_way_back(on, self.part(1, first.remote_id))
        third = self.published(on, self.part(2, second.remote_id))
        shown = {post.remote_id: (post.text, post.reply_to) for post in on.shown()}
        assert shown == {
            first.remote_id: ("Part 0", ""),
            second.remote_id: ("Part 1", first.remote_id),
            third.remote_id: ("Part 2", second.remote_id),
        }

    def lost_on_its_way_back(self, on: Stage, part: Outgoing) -> Published:
        """Publish it without hearing of it, and find it."""
        state = self.run(self.connector.prepare(on.access(), part, {}, on.http()))
        on.switch(_stage.LOSE_AFTER)
        with pytest.raises(errors.Unsure):
            self.run(self.connector.commit(on.access(), part, state, on.http()))
        on.switch(_stage.LOSE_AFTER, False)
        if self.card.proof is Proof.NONE:
            pytest.skip("nobody can tell here")
        found = self.run(self.connector.find(on.access(), part, state, on.http()))
        assert isinstance(found, Published)
        return found

    def test_a_crash_between_parts_leaves_what_is_there_and_the_next_goes_once(self, on: Stage) -> None:
        """A new worker knows only what is stored: the state as JSON, and what the part answers."""
        first = self.published(on, self.part(0, ""))
        part = self.part(1, first.remote_id)
        state = self.run(self.connector.prepare(on.access(), part, {}, on.http()))
        kept, again = json.loads(json.dumps(state)), type(self.connector)()
        if self.card.proof is not Proof.NONE:
            assert self.run(again.find(on.access(), part, kept, on.http())) is NOT_THERE
        prepared = self.run(again.prepare(on.access(), part, kept, on.http()))
        sent = self.run(again.commit(on.access(), part, prepared, on.http()))
        assert [post.reply_to for post in on.shown() if post.remote_id == sent.remote_id] == [first.remote_id]
        assert len(on.shown()) == 2

    def test_the_last_part_is_taken_away_first(self, on: Stage) -> None:
        self.can(Ability.DELETES)
        before, made = "", []
        for number in range(3):
            made.append(self.published(on, self.part(number, before)))
            before = made[-1].remote_id
        for post in reversed(made):
            self.run(self.connector.delete(on.access(), post.remote_id, on.http()))
        assert on.shown() == []

    def test_a_first_comment_stands_under_the_post_and_is_found_again(self, on: Stage) -> None:
        place = self.commented()
        post = self.published(on, self.outgoing("The post", key=KEYS[0], placement=place.name))
        said = self.outgoing(
            "The link is here", key=KEYS[1], placement=place.first_comment, reply_to=post.remote_id
        )
        assert not wrong(self.card, said)
        sent = self.lost_on_its_way_back(on, said)
        under = [shown for shown in on.shown() if shown.remote_id == sent.remote_id]
        assert [(shown.text, shown.reply_to) for shown in under] == [("The link is here", post.remote_id)]

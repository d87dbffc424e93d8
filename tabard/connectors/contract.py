"""What every platform must keep to. `class TestBluesky(ConnectorContract): stage = BlueskyStage` runs it all.

The tests use the platform's simulator (`stage.py`) and the captured errors in `payloads/errors.json`.
"""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tabard.connectors import errors
from tabard.connectors import stage as _stage
from tabard.connectors.base import CANNOT_TELL, NOT_THERE, Outgoing, Published
from tabard.connectors.card import Ability, Proof
from tabard.connectors.checks import errors as wrong
from tabard.connectors.contract_card import OTHER
from tabard.connectors.contract_parts import PartsContract
from tabard.connectors.http import LARGEST
from tabard.connectors.stage import Shown, Stage, picture
from tabard.connectors.text import measure

TEXTS = ("Здравей, свят! Утре отваряме.", "مرحبا بالعالم", "👨‍👩‍👧‍👦 и 🏳️‍🌈", "Line one\nLine two & <three>")


class ConnectorContract(PartsContract):
    """Subclass it in a platform's tests and name the simulator."""

    # Connecting

    def test_connect_gives_the_stable_id_and_the_profile(self, on: Stage) -> None:
        self.can(Ability.CONNECTS)
        connected = self.run(self.connector.connect(on.fields(), on.http()))
        assert connected.access.remote_id == on.access().remote_id == connected.profile.remote_id
        assert connected.access.handle == connected.profile.handle
        assert connected.access.base_url.startswith("http")
        assert connected.profile.url.startswith("http")
        assert connected.access.platform == self.card.name
        json.dumps(
            [dict(connected.access.secret), dict(connected.access.session), connected.access.limits.to_data()]
        )

    def test_connect_with_a_wrong_secret_is_refused(self, on: Stage) -> None:
        self.can(Ability.CONNECTS)
        fields = {n: "quite-wrong-secret" if v in self.secrets(on) else v for n, v in on.fields().items()}
        with pytest.raises((errors.Revoked, errors.Refused)) as refused:
            self.run(self.connector.connect(fields, on.http()))
        assert "quite-wrong-secret" not in f"{refused.value} {refused.value.raw}"

    def test_connect_where_nobody_answers_is_later(self, on: Stage) -> None:
        self.can(Ability.CONNECTS)
        on.switch(_stage.UNREACHABLE)
        with pytest.raises(errors.Later):
            self.run(self.connector.connect(on.fields(), on.http()))

    def test_check_tells_a_live_credential_from_an_ended_one(self, on: Stage) -> None:
        assert self.run(self.connector.check(on.access(), on.http())).remote_id == on.access().remote_id
        on.switch(_stage.REVOKED)
        with pytest.raises(self.dead):
            self.run(self.connector.check(on.access(), on.http()))

    @property
    def dead(self) -> type[Exception] | tuple[type[Exception], ...]:
        """What an ended credential raises. Many say the same of what could be renewed: trying that tells."""
        renews = Ability.RENEWS in self.card.abilities
        return (errors.Revoked, errors.Expired) if renews else errors.Revoked

    def secrets(self, on: Stage) -> set[str]:
        """Values of the connecting form that nobody else may see."""
        kinds = {field.name: field.kind for auth in self.card.auth for field in auth.fields}
        return {value for name, value in on.fields().items() if kinds.get(name) == "secret"}

    # Publishing

    def test_own_ids_are_the_same_for_the_same_delivery_only(self) -> None:
        first = self.outgoing()
        assert self.connector.mint(first) == dict(first.own)
        assert json.loads(json.dumps(dict(first.own))) == dict(first.own)
        if self.card.proof is Proof.OWN_ID:
            assert self.outgoing(key=OTHER).own != first.own

    @pytest.mark.parametrize("text", TEXTS)
    def test_a_text_arrives_as_it_was_written(self, on: Stage, text: str) -> None:
        post = self.published(on, self.outgoing(text))
        assert [(shown.remote_id, shown.text) for shown in on.shown()] == [(post.remote_id, text)]
        assert post.url.startswith("http")
        json.dumps(dict(post.extra))

    def test_pictures_arrive_with_their_descriptions(self, on: Stage) -> None:
        rule = self.card.placements[0].rule_for("image")
        if not rule:
            pytest.skip("takes no pictures")
        media = (picture("a", alt="Първо"), picture("b", alt="Second"))[: self.card.placements[0].media_count]
        self.published(on, self.outgoing("Two", media=media))
        assert [post.alts for post in on.shown()] == [tuple(item.alt if rule.alt else "" for item in media)]

    def test_prepare_shows_nothing_and_may_be_repeated(self, on: Stage) -> None:
        outgoing = self.with_picture()
        state = self.run(self.connector.prepare(on.access(), outgoing, {}, on.http()))
        again = self.run(self.connector.prepare(on.access(), outgoing, state, on.http()))
        assert on.shown() == []
        assert again == json.loads(json.dumps(state))
        self.run(self.connector.commit(on.access(), outgoing, again, on.http()))
        assert len(on.shown()) == 1

    def test_a_repeated_commit_gives_the_same_post(self, on: Stage) -> None:
        if self.card.proof not in {Proof.OWN_ID, Proof.IDEMPOTENCY_KEY}:
            pytest.skip("a repeat is not safe here; the sender looks first")
        first = self.published(on, self.outgoing())
        again = self.published(on, self.outgoing())
        assert again.remote_id == first.remote_id
        assert len(on.shown()) == 1

    def test_the_same_text_in_two_deliveries_is_two_posts(self, on: Stage) -> None:
        first = self.published(on, self.outgoing())
        second = self.published(on, self.outgoing(key=OTHER))
        assert first.remote_id != second.remote_id
        assert len(on.shown()) == 2

    @pytest.mark.parametrize("lost", [_stage.LOSE_AFTER, _stage.FAULT_AFTER])
    def test_a_lost_answer_is_unsure_and_find_shows_the_post(self, on: Stage, lost: str) -> None:
        outgoing, told = self.with_picture(), self.interrupted(on, self.with_picture(), lost)
        found = self.run(self.connector.find(on.access(), outgoing, told, on.http()))
        assert isinstance(found, Published)
        assert [post.remote_id for post in on.shown()] == [found.remote_id]

    @pytest.mark.parametrize("lost", [_stage.LOSE_BEFORE, _stage.FAULT])
    def test_a_lost_request_is_unsure_and_find_says_not_there(self, on: Stage, lost: str) -> None:
        if self.card.proof is Proof.NONE:
            pytest.skip("nobody can tell here")
        outgoing = self.with_picture()
        state = self.interrupted(on, outgoing, lost)
        assert self.run(self.connector.find(on.access(), outgoing, state, on.http())) is NOT_THERE
        self.run(self.connector.commit(on.access(), outgoing, state, on.http()))
        assert len(on.shown()) == 1

    def interrupted(self, on: Stage, outgoing: Outgoing, lost: str) -> dict[str, Any]:
        """Prepare, and let the commit fail as `lost` says; gives the state."""
        state = self.run(self.connector.prepare(on.access(), outgoing, {}, on.http()))
        on.switch(lost)
        with pytest.raises(errors.Unsure) as unsure:
            self.run(self.connector.commit(on.access(), outgoing, state, on.http()))
        assert str(unsure.value)
        on.switch(lost, False)
        on.now += timedelta(seconds=self.card.settle + 1)
        return state

    def test_find_never_says_not_there_when_it_could_not_look(self, on: Stage) -> None:
        outgoing = self.outgoing()
        for trouble in (_stage.UNREACHABLE, _stage.BROKEN):
            on.switch(trouble)
            try:
                found = self.run(self.connector.find(on.access(), outgoing, {}, on.http()))
            except errors.Later:
                found = CANNOT_TELL
            assert found is CANNOT_TELL
            on.switch(trouble, False)

    def test_a_closed_door_at_commit_is_later_and_nothing_has_left(self, on: Stage) -> None:
        told: list[str] = []

        async def sent() -> None:
            told.append("sent")

        async def story() -> None:
            outgoing, http = self.outgoing(), on.http().watched(sent)
            state = await self.connector.prepare(on.access(), outgoing, {}, http)
            on.switch(_stage.UNREACHABLE)
            with pytest.raises(errors.Later):
                await self.connector.commit(on.access(), outgoing, state, http)
            assert told == []
            on.switch(_stage.UNREACHABLE, False)
            await self.connector.commit(on.access(), outgoing, state, http)
            assert told == ["sent"]

        self.run(story())

    def test_trouble_while_preparing_is_later(self, on: Stage) -> None:
        outgoing = self.with_picture()
        self.run(self.connector.prepare(on.access(), outgoing, {}, on.http()))
        if not on.requests:
            pytest.skip("asks nothing to prepare")
        on.switch(_stage.BROKEN)
        with pytest.raises(errors.Later):
            self.run(self.connector.prepare(on.access(), outgoing, {}, on.http()))

    def test_a_limit_says_until_when(self, on: Stage) -> None:
        state = self.run(self.connector.prepare(on.access(), self.outgoing(), {}, on.http()))
        on.switch(_stage.LIMITED)
        with pytest.raises(errors.Limited) as limited:
            self.run(self.connector.commit(on.access(), self.outgoing(), state, on.http()))
        assert limited.value.until > on.now

    def test_an_ended_credential_asks_for_a_person(self, on: Stage) -> None:
        state = self.run(self.connector.prepare(on.access(), self.outgoing(), {}, on.http()))
        on.switch(_stage.REVOKED)
        with pytest.raises(self.dead):
            self.run(self.connector.commit(on.access(), self.outgoing(), state, on.http()))
        assert on.shown() == []

    def test_what_breaks_a_rule_is_refused_before_any_call(self, on: Stage) -> None:
        place = self.card.placements[0]
        long = "я" * (max(limit.n for limit in place.text.limits) + 1)
        bad = [self.outgoing(long), self.outgoing("  ", media=())]
        if rule := place.rule_for("image"):
            many = tuple(picture(str(i)) for i in range(place.media_count + 1))
            alien = replace(picture(), mime="application/x-unknown")
            bad += [self.outgoing("x", media=many), self.outgoing("x", media=(alien,))]
            if not rule.fits_itself:
                bad.append(self.outgoing("x", media=(replace(picture(), size=rule.size + 1),)))
        bad += [
            replace(self.outgoing(), options={})
            for option in place.options
            if option.required and not option.default
        ]
        for outgoing in bad:
            assert wrong(self.card, outgoing)
            with pytest.raises(errors.Refused):
                self.run(self.connector.prepare(on.access(), outgoing, {}, on.http()))
        assert on.requests == []

    def test_a_text_of_exactly_the_limit_goes_and_one_more_does_not(self, on: Stage) -> None:
        rule = self.card.placements[0].text
        text = "я" * min(limit.n for limit in rule.limits)
        while any(counted.left < 0 for counted in measure(text, rule)):
            text = text[:-1]
        assert not wrong(self.card, self.outgoing(text))
        assert [finding.code for finding in wrong(self.card, self.outgoing(text + "я"))] == ["too_long"]
        self.published(on, self.outgoing(text))
        assert on.shown()[0].text == text

    def test_a_reply_stands_under_what_it_answers(self, on: Stage) -> None:
        place = next((place for place in self.card.placements if place.replies), None)
        if place is None:
            pytest.skip("takes no replies")
        first = self.published(on, self.outgoing())
        thanks = self.outgoing("Thank you", key=OTHER, reply_to=first.remote_id, placement=place.name)
        answer = self.published(on, thanks)
        assert replace(on.shown()[-1], alts=()) == Shown(
            answer.remote_id, "Thank you", reply_to=first.remote_id
        )

    # After publishing

    def test_a_deleted_post_is_gone_and_deleting_again_is_no_error(self, on: Stage) -> None:
        self.can(Ability.DELETES)
        post = self.published(on, self.outgoing())
        for _again in range(2):
            self.run(self.connector.delete(on.access(), post.remote_id, on.http()))
        assert on.shown() == []

    def test_an_edit_changes_what_is_shown(self, on: Stage) -> None:
        self.can(Ability.EDITS)
        post = self.published(on, self.outgoing())
        changed = self.outgoing("Changed")
        self.run(self.connector.edit(on.access(), post.remote_id, changed, on.http()))
        assert [shown.text for shown in on.shown()] == ["Changed"]

    def test_every_message_comes_once_and_in_order(self, on: Stage) -> None:
        self.can(Ability.CONVERSES)
        post = self.published(on, self.outgoing())
        said = [on.say("Кога отваряте?", reply_to=post.remote_id), on.say("Look at this")]
        first = self.run(self.connector.fetch(on.access(), "", on.http()))
        assert [message.remote_id for message in first.items] == said
        assert first.items[0].text == "Кога отваряте?"
        assert [message.kind for message in first.items] == list(on.kinds)
        assert first.items[0].reply_to == (post.remote_id if on.kinds[0] == "reply" else "")
        assert all(m.author_id and m.author_handle and m.at.tzinfo for m in first.items)
        later = on.say("One more")
        second = self.run(self.connector.fetch(on.access(), first.cursor, on.http()))
        assert [message.remote_id for message in second.items] == [later]
        third = self.run(self.connector.fetch(on.access(), second.cursor, on.http()))
        assert third.items == ()

    def test_figures_are_counts_by_post(self, on: Stage) -> None:
        self.can(Ability.MEASURES)
        post = self.published(on, self.outgoing())
        found = self.run(self.connector.metrics(on.access(), [post.remote_id], on.http()))
        assert set(found) == {post.remote_id}
        assert all(isinstance(n, int) for n in found[post.remote_id].values())
        assert {"likes", "shares", "replies"} <= set(found[post.remote_id])

    def test_who_administers_the_channel_is_told_wholly_and_each_once(self, on: Stage) -> None:
        self.can(Ability.LISTS_ADMINS)
        there = {on.let_in("Ana Petrova", "ana@tabard.example"), on.let_in("Ben Lind", "")}
        found = self.run(self.connector.administrators(on.access(), on.http()))
        assert {one.remote_id for one in found} == there
        assert [one.name for one in found] == ["Ana Petrova", "Ben Lind"]
        assert all(one.role and (one.since is None or one.since.tzinfo) for one in found)

    # Always

    def test_each_captured_error_is_the_decision_it_should_be(self, on: Stage) -> None:
        cases = _stage.payload(self.folder, "errors")
        state = self.run(self.connector.prepare(on.access(), self.outgoing(), {}, on.http()))
        for case in cases:
            error = self.answered(on, case, state)
            assert type(error).__name__ == case["raises"], case["name"]
            assert case.get("code", error.code) == error.code, case["name"]
            assert str(error)
        assert {"Refused", "Revoked", "Limited", "Unsure"} <= {case["raises"] for case in cases}

    def answered(self, on: Stage, case: dict[str, Any], state: dict[str, Any]) -> errors.ConnectorError:
        """What a commit makes of one captured answer, given to whatever it asks."""
        body = case["body"]
        text = body if isinstance(body, str) else json.dumps(body)

        def always(request: httpx.Request) -> httpx.Response:
            return httpx.Response(case["status"], headers=case.get("headers"), text=text)

        http = replace(on.http(), transport=httpx.MockTransport(always))
        with pytest.raises(errors.ConnectorError) as raised:
            self.run(self.connector.commit(on.access(), self.outgoing(), state, http))
        return raised.value

    def test_too_many_without_a_time_is_a_short_wait(self, on: Stage) -> None:
        state = self.run(self.connector.prepare(on.access(), self.outgoing(), {}, on.http()))
        case = {"name": "too many", "status": 429, "body": ""}
        error = self.answered(on, case, state)
        assert isinstance(error, errors.Limited)
        assert on.now < error.until <= on.now + timedelta(days=1)

    def test_an_answer_without_end_leaves_it_open(self, on: Stage) -> None:
        state = self.run(self.connector.prepare(on.access(), self.outgoing(), {}, on.http()))
        case = {"name": "without end", "status": 200, "body": "x" * (LARGEST + 1)}
        assert isinstance(self.answered(on, case, state), errors.Unsure | errors.Later)

    @pytest.mark.parametrize(
        "to", ["http://169.254.169.254/latest/", "https://10.0.0.1/", "https://evil.example/"]
    )
    def test_nobody_is_led_elsewhere(self, on: Stage, to: str) -> None:
        asked: list[str] = []

        def elsewhere(request: httpx.Request) -> httpx.Response:
            asked.append(request.url.netloc.decode())
            return httpx.Response(302, headers={"location": to})

        http = replace(on.http(), transport=httpx.MockTransport(elsewhere))
        with pytest.raises(errors.ConnectorError):
            self.run(self.connector.check(on.access(), http))
        with pytest.raises(errors.ConnectorError):
            self.run(self.connector.commit(on.access(), self.outgoing(), self.prepared(on), http))
        assert set(asked) <= on.access().hosts(self.card)

    def prepared(self, on: Stage) -> dict[str, Any]:
        return self.run(self.connector.prepare(on.access(), self.outgoing(), {}, on.http()))

    def test_no_secret_is_written_to_a_log_or_an_error(
        self, on: Stage, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        access, outgoing = on.access(), self.outgoing(key=OTHER)
        self.published(on, self.outgoing())
        state = self.run(self.connector.prepare(access, outgoing, {}, on.http()))
        hidden = access.hidden()
        assert hidden

        def parrot(request: httpx.Request) -> httpx.Response:
            return httpx.Response(422, json={"error": f"not you: {' '.join(hidden)}"})

        http = replace(on.http(), transport=httpx.MockTransport(parrot))
        with pytest.raises(errors.ConnectorError) as raised:
            self.run(self.connector.commit(access, outgoing, state, http))
        shown = f"{raised.value!s} {raised.value.raw} {raised.value.values} {access!r} {caplog.text}"
        assert not [secret for secret in hidden if secret in shown]

    def test_only_the_hosts_of_the_card_are_called(self, on: Stage) -> None:
        self.published(on, self.with_picture())
        allowed = on.access().hosts(self.card)
        called = {request.url.netloc.decode() for request in on.requests}
        assert called
        assert called <= allowed

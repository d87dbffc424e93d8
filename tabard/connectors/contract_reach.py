"""The second part of the contract: signing in at the platform, keeping the access, events, acts, figures."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from tabard.connectors import errors, listening
from tabard.connectors import stage as _stage
from tabard.connectors.base import Access, Connected
from tabard.connectors.card import Ability, Act
from tabard.connectors.contract_card import CardContract
from tabard.connectors.stage import Stage

BACK = "https://tabard.example/connected/"
UNDOES = {Act.SHOW: Act.HIDE, Act.UNLIKE: Act.LIKE, Act.UNBLOCK: Act.BLOCK}


class ReachContract(CardContract):
    """What holds for every platform on which a person signs in, or which calls us by itself."""

    # Signing in there

    def begun(self, on: Stage) -> tuple[str, dict[str, str]]:
        """The address where the person goes, and what is kept until they are back, as the host does both."""
        self.can(Ability.AUTHORISES)
        begun = self.run(self.connector.begin({**on.fields(), **on.app()}, BACK, on.http()))
        return begun.url, {**json.loads(json.dumps(dict(begun.keep))), **on.app()}

    def let_in(self, on: Stage) -> tuple[Connected, ...]:
        url, keep = self.begun(on)
        return self.run(self.connector.finish(keep, on.allow(url), on.http()))

    def test_signing_in_there_gives_every_channel_with_its_stable_id(self, on: Stage) -> None:
        found = self.let_in(on)
        assert on.access().remote_id in {one.profile.remote_id for one in found}
        for one in found:
            assert one.access.platform == self.card.name
            assert one.access.remote_id == one.profile.remote_id
            assert one.profile.handle
            assert one.profile.url.startswith("https://")
            json.dumps([dict(one.access.secret), dict(one.access.session)])
        keys = [json.dumps([dict(one.access.secret), dict(one.access.session)]) for one in found]
        assert not [value for value in self.secrets_of_app(on) if any(value in key for key in keys)]

    def secrets_of_app(self, on: Stage) -> set[str]:
        """The app's secrets: kept once for the installation, never with a channel."""
        kinds = {field.name: field.kind for field in (self.card.app.fields if self.card.app else ())}
        return {value for name, value in on.app().items() if kinds.get(name) == "secret"}

    def test_what_signing_in_gave_works(self, on: Stage) -> None:
        for one in self.let_in(on):
            if one.profile.remote_id == on.access().remote_id:
                access = self.with_app(one, on)
                assert self.run(self.connector.check(access, on.http())).remote_id == access.remote_id

    def with_app(self, one: Connected, on: Stage) -> Access:
        return replace(one.access, app=on.app())

    def test_the_way_there_is_bound_to_whoever_began_it(self, on: Stage) -> None:
        url, keep = self.begun(on)
        again, _keep = self.begun(on)
        asked, other = (parse_qs(urlsplit(each).query) for each in (url, again))
        assert url.startswith("https://")
        assert len(asked["state"][0]) >= 20
        assert asked["state"] != other["state"]
        assert asked.get("code_challenge_method", ["S256"]) == ["S256"]
        assert not [value for value in self.secrets_of_app(on) if value in url]
        query = {**on.allow(url), "state": other["state"][0]}
        with pytest.raises(errors.Refused):
            self.run(self.connector.finish(keep, query, on.http()))

    def test_who_says_no_is_told_to_start_again(self, on: Stage) -> None:
        url, keep = self.begun(on)
        state = parse_qs(urlsplit(url).query)["state"][0]
        with pytest.raises(errors.Refused) as refused:
            self.run(self.connector.finish(keep, {"error": "access_denied", "state": state}, on.http()))
        assert str(refused.value)

    # Keeping the access

    def test_an_ended_access_is_expired_and_works_again_once_renewed(self, on: Stage) -> None:
        self.can(Ability.RENEWS)
        if not self.card.renews_late:
            pytest.skip("an access that has ended is given anew by a person alone")
        access = on.access()
        on.switch(_stage.EXPIRED)
        with pytest.raises(errors.Expired):
            self.run(self.connector.check(access, on.http()))
        before = json.dumps(dict(access.session), sort_keys=True)
        self.run(self.connector.renew(access, on.http()))
        assert json.dumps(dict(access.session), sort_keys=True) != before
        assert self.run(self.connector.check(access, on.http())).remote_id == access.remote_id

    def test_an_ended_access_that_cannot_be_renewed_asks_for_a_person(self, on: Stage) -> None:
        self.can(Ability.RENEWS)
        if self.card.renews_late:
            pytest.skip("it is renewed")
        on.switch(_stage.EXPIRED)
        on.now += timedelta(days=365)
        for call in (self.connector.check, self.connector.renew):
            with pytest.raises(errors.Revoked):
                self.run(call(on.access(), on.http()))

    def test_a_renewed_access_ends_later(self, on: Stage) -> None:
        self.can(Ability.RENEWS)
        access = on.access()
        on.now += timedelta(days=2)  # some give nothing new within a day
        self.run(self.connector.renew(access, on.http()))
        ends = self.connector.ends(access)
        assert ends is not None
        assert ends > on.now
        assert self.card.renew_before < (ends - on.now).total_seconds()

    def test_an_access_that_cannot_be_renewed_asks_for_a_person(self, on: Stage) -> None:
        self.can(Ability.RENEWS)
        on.switch(_stage.REVOKED)
        with pytest.raises(errors.Revoked):
            self.run(self.connector.renew(on.access(), on.http()))

    def test_trouble_while_renewing_is_not_the_end(self, on: Stage) -> None:
        self.can(Ability.RENEWS)
        access = on.access()
        before = dict(access.session)
        on.switch(_stage.UNREACHABLE)
        with pytest.raises(errors.Later):
            self.run(self.connector.renew(access, on.http()))
        assert dict(access.session) == before

    def test_a_revoked_access_is_dead_and_revoking_again_is_no_error(self, on: Stage) -> None:
        self.can(Ability.REVOKES)
        access = on.access()
        for _again in range(2):
            self.run(self.connector.revoke(access, on.http()))
        with pytest.raises((errors.Revoked, errors.Expired)):
            self.run(self.connector.check(access, on.http()))

    # What the platform tells by itself

    def test_an_event_with_its_signature_is_heard(self, on: Stage) -> None:
        self.can(Ability.HEARS)
        headers, body = on.tell("Кога отваряте?")
        [heard] = self.connector.hear(headers, body, on.app())
        assert heard.remote_id == on.access().remote_id
        assert [message.text for message in heard.messages] == ["Кога отваряте?"]
        assert all(message.remote_id and message.at.tzinfo for message in heard.messages)

    def test_an_event_that_was_touched_is_refused(self, on: Stage) -> None:
        self.can(Ability.HEARS)
        headers, body = on.tell("Hello")
        wrong: list[tuple[dict[str, str], bytes]] = [({}, body), (dict(headers), body + b" ")]
        wrong += [
            ({**headers, name: value[:-1] + ("0" if value[-1] != "0" else "1")}, body)
            for name, value in headers.items()
            if "sign" in name
        ]
        for each, said in wrong:
            with pytest.raises(errors.Refused):
                self.connector.hear(each, said, on.app())
        with pytest.raises(errors.Refused):
            self.connector.hear(headers, body, dict.fromkeys(on.app(), ""))

    def test_what_the_channel_says_itself_is_nothing_to_answer(self, on: Stage) -> None:
        self.can(Ability.HEARS)
        headers, body = on.tell("Our own words", ours=True)
        heard = self.connector.hear(headers, body, on.app())
        assert [message for each in heard for message in each.messages] == []

    def test_it_is_asked_once_to_tell_of_a_channel_that_is_read(self, on: Stage) -> None:
        self.asks()
        self.run(self.connector.fetch(on.access(), "", on.http()))
        assert on.tells()
        calls = len(on.requests)
        self.run(self.connector.fetch(on.access(), "", on.http()))
        assert len(on.requests) < 2 * calls, "it is not asked again on the same day"

    def test_without_what_the_app_needs_for_it_the_channel_is_read_all_the_same(self, on: Stage) -> None:
        self.asks()
        needed = {field.name for field in self.card.app.fields if not field.required} if self.card.app else ()
        app = {name: value for name, value in on.app().items() if name not in needed}
        self.run(self.connector.fetch(replace(on.access(), app=app), "", on.http()))
        assert not on.tells()

    def test_it_is_asked_to_tell_no_longer_of_a_channel_that_is_let_go(self, on: Stage) -> None:
        self.asks()
        self.run(self.connector.fetch(on.access(), "", on.http()))
        for _again in range(2):
            self.run(self.connector.hush(on.access(), on.http()))
        assert not on.tells()

    def asks(self) -> None:
        """Only where the platform must be asked, and as if nothing had been asked yet."""
        if not self.card.asks_to_hear:
            pytest.skip("nothing has to be asked for, channel by channel")
        listening.forget()

    # Acts and figures

    def test_each_act_holds_may_be_repeated_and_can_be_undone(self, on: Stage) -> None:
        self.can(Ability.MODERATES)
        for act in sorted(self.card.acts, key=lambda act: (act in UNDOES, act)):
            message = on.said_for(act)
            held = UNDOES.get(act, act)
            author = self.author_of(on, message)
            if held is not act and held in self.card.acts:
                self.run(self.connector.moderate(on.access(), message, held, on.http(), author=author))
                assert held.value in on.acted(message)
            for _again in range(2):
                self.run(self.connector.moderate(on.access(), message, act, on.http(), author=author))
            assert (held.value in on.acted(message)) == (held is act)

    def author_of(self, on: Stage, message: str) -> str:
        """Who said it, as `fetch` tells it, where there is one."""
        if Ability.CONVERSES not in self.card.abilities:
            return ""
        found = self.run(self.connector.fetch(on.access(), "", on.http()))
        return next((one.author_id for one in found.items if one.remote_id == message), "")

    def test_figures_of_the_channel_have_the_platforms_own_names(self, on: Stage) -> None:
        self.can(Ability.COUNTS)
        until = on.now.date()
        found = self.run(self.connector.figures(on.access(), until - timedelta(days=7), until, on.http()))
        assert found
        assert all(one.theirs and isinstance(one.value, int) for one in found)
        assert any(one.ours for one in found)
        assert len({(one.theirs, one.day) for one in found}) == len(found)

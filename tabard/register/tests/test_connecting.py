"""Connecting for real, up to the wire: keys that work are kept, others are refused with the reason."""

import re
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import translation

from tabard.access.vault import unseal
from tabard.audit.models import Entry
from tabard.connectors.platforms.mastodon.tests.simulator import HOST, TOKEN, MastodonStage
from tabard.connectors.platforms.practice.tests.simulator import PracticeStage
from tabard.connectors.stage import REVOKED, UNREACHABLE
from tabard.kernel.errors import Conflict, Denied, Invalid
from tabard.register import connecting, links, queries
from tabard.register.actions import disconnect
from tabard.register.models import Channel, Connection
from tabard.register.tests.test_channels import client_of
from tests.cast import make_channel

FIELDS = {"server": HOST, "token": TOKEN}


@pytest.fixture
def stage(monkeypatch):
    """A Mastodon in a box behind the one way out."""
    return _behind(monkeypatch, MastodonStage())


def _behind(monkeypatch, stage):
    @asynccontextmanager
    async def out(hosts=()):
        yield stage.http()

    monkeypatch.setattr(links, "open_http", out)
    return stage


def unconnected(cast, handle=f"tabard_town@{HOST}", **more):
    made = make_channel(cast.nordics, handle, **more)
    Channel.objects.filter(pk=made.pk).update(health="unconnected")
    made.refresh_from_db()
    return made


def test_a_token_is_tried_then_kept_sealed(cast, stage):
    by, made = cast.by("district"), unconnected(cast)
    done = connecting.connect_with(by, made, "token", FIELDS)
    assert (done.health, done.remote_id) == ("healthy", "109300100")
    kept = Connection.objects.get()
    assert TOKEN not in kept.secret
    assert unseal(kept.secret, about=f"channel {made.pk}") == {"token": TOKEN}
    assert kept.limits["text"]
    assert kept.connected_by == cast.district
    logged = Entry.objects.filter(action="channel.connect").values_list("before", "after", "notes").get()
    assert TOKEN not in str(logged)
    assert kept.secret not in str(logged)


def test_a_wrong_token_is_refused_and_nothing_is_kept(cast, stage):
    with pytest.raises(Invalid):
        connecting.connect_with(cast.by("district"), unconnected(cast), "token", {**FIELDS, "token": "wrong"})
    assert not Connection.objects.exists()


def test_a_missing_field_is_named(cast, stage):
    with pytest.raises(Invalid) as refused:
        connecting.connect_with(cast.by("district"), unconnected(cast), "token", {"server": HOST})
    assert set(refused.value.fields) == {"token"}
    assert stage.requests == []


def test_an_identity_of_another_channel_is_refused_by_name(cast, stage):
    make_channel(cast.north, f"tabard_town@{HOST}", remote_id="109300100")
    other = unconnected(cast, f"somebody@{HOST}")
    with pytest.raises(Invalid, match="is in the register already, under Region North"):
        connecting.connect_with(cast.by("district"), other, "token", FIELDS)


def test_a_key_of_somebody_else_is_refused(cast, stage):
    with pytest.raises(Invalid, match="This key belongs to tabard_town@"):
        connecting.connect_with(cast.by("district"), unconnected(cast, f"other@{HOST}"), "token", FIELDS)


def test_a_rename_on_the_platform_keeps_the_former_handle(cast, stage):
    made = unconnected(cast, f"old@{HOST}", remote_id="109300100")
    done = connecting.connect_with(cast.by("district"), made, "token", FIELDS)
    assert (done.handle, done.former_handles) == (f"tabard_town@{HOST}", [f"old@{HOST}"])


def test_a_check_says_what_the_platform_says(cast, stage):
    by, made = cast.by("district"), unconnected(cast)
    connecting.connect_with(by, made, "token", FIELDS)
    stage.switch(UNREACHABLE)
    failing = connecting.check(by, queries.channel(by, made.pk))
    assert (failing.health, HOST in failing.problem) == ("failing", True)
    with translation.override("bg"):  # each reader in their language, whoever asked
        assert HOST in failing.problem
        assert re.search("[а-я]{3}", failing.problem)
    stage.switch(UNREACHABLE, False)
    stage.switch(REVOKED)
    assert connecting.check(by, queries.channel(by, made.pk)).health == "revoked"
    stage.switch(REVOKED, False)
    again = connecting.check(by, queries.channel(by, made.pk))
    assert (again.health, again.problem, again.problem_at) == ("healthy", "", None)


def test_disconnecting_forgets_the_key(cast, stage):
    by, made = cast.by("district"), unconnected(cast)
    connecting.connect_with(by, made, "token", FIELDS)
    assert disconnect(by, made).health == "unconnected"
    assert not Connection.objects.exists()
    with pytest.raises(Conflict):
        disconnect(by, made)
    with pytest.raises(Conflict):
        connecting.check(by, queries.channel(by, made.pk))


def test_only_who_may_connect_reaches_the_platform(cast, stage):
    made = unconnected(cast)
    for who in ("creator", "stranger"):
        with pytest.raises(Denied):
            connecting.connect_with(cast.by(who), made, "token", FIELDS)
    assert stage.requests == []


def test_signing_in_on_the_server_and_coming_back(cast, stage):
    browser, made = client_of(cast.district), unconnected(cast)
    leaves = browser.post(f"/register/{made.pk}/connect/", {"kind": "oauth2", "server": HOST})
    assert leaves.status_code == 302
    asked = parse_qs(urlsplit(leaves.url).query)
    assert asked["redirect_uri"] == ["http://127.0.0.1:8000/register/connected/"]
    held = str(dict(browser.session.items()))
    assert asked["state"][0] not in held
    back = browser.get("/register/connected/", {"code": "code-invented", "state": asked["state"][0]})
    assert back.url == f"/register/{made.pk}/"
    assert queries.channel(cast.by("district"), made.pk).health == "healthy"
    assert (
        browser.get("/register/connected/", {"code": "code-invented", "state": asked["state"][0]}).status_code
        == 409
    )


def test_a_forged_return_connects_nothing(cast, stage):
    browser, made = client_of(cast.district), unconnected(cast)
    browser.post(f"/register/{made.pk}/connect/", {"kind": "oauth2", "server": HOST})
    assert (
        browser.get("/register/connected/", {"code": "code-invented", "state": "forged"}).status_code == 422
    )
    assert not Connection.objects.exists()


def test_a_secret_that_was_refused_is_not_shown_again(cast, stage):
    browser, made = client_of(cast.district), unconnected(cast)
    page = browser.post(
        f"/register/{made.pk}/connect/", {"kind": "token", "server": HOST, "token": "not-the-right-one"}
    )
    assert page.status_code == 422
    assert "not-the-right-one" not in page.content.decode()


def test_a_practice_channel_is_connected_and_heard(cast, monkeypatch):
    stage = _behind(monkeypatch, PracticeStage())
    by, made = cast.by("district"), unconnected(cast, "tabard_town", platform="practice")
    done = connecting.connect_with(by, made, "", dict(stage.fields()))
    assert done.health == "healthy"
    assert stage.shown() == []

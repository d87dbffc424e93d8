"""A platform that was asked to tell of a channel is asked to stop once the channel is let go here."""

import asyncio
from datetime import timedelta

import pytest
from django.test import Client

from tabard.access.vault import seal
from tabard.connectors.families.tests import graph
from tabard.connectors.platforms.facebook.tests.simulator import PAGE, FacebookStage
from tabard.connectors.stage import LIMITED, REVOKED
from tabard.kernel import clock
from tabard.register import revoking
from tabard.register.actions import disconnect
from tabard.register.links import purpose
from tabard.register.models import Connection, PlatformApp, Revocation
from tabard.register.platform_apps import purpose as purpose_of_app
from tests.cast import make_channel

pytestmark = pytest.mark.django_db


@pytest.fixture
def there(monkeypatch):
    """The page's platform, which tells us of it."""
    made = FacebookStage()
    made.told[graph.APP["client_id"]] = {"feed", "mention"}
    monkeypatch.setattr(revoking, "called", lambda call: asyncio.run(call(made.http())))
    return made


@pytest.fixture
def page(cast):
    sealed = seal(graph.APP, about=purpose_of_app("facebook"))
    PlatformApp.objects.create(platform_id="facebook", secret=sealed, set_at=clock.now())
    made = make_channel(cast.nordics, "tabard.town", "facebook", remote_id=PAGE)
    connect(made)
    return made


def connect(channel):
    Connection.objects.create(
        channel=channel,
        base_url="https://graph.facebook.com",
        session=seal({"token": graph.TOKEN, "scopes": []}, about=purpose(channel.pk)),
        connected_at=clock.now(),
    )


def let_go(cast, page):
    disconnect(cast.by("district"), page)
    [row] = revoking.due()
    return row


def test_nothing_is_told_any_longer_of_a_page_that_was_let_go(cast, there, page):
    revoking.revoke(let_go(cast, page))
    assert not there.tells()
    assert not Revocation.objects.exists()


def test_a_page_that_is_connected_again_meanwhile_is_told_of(cast, there, page):
    row = let_go(cast, page)
    connect(page)
    revoking.revoke(row)
    assert there.tells()
    assert not Revocation.objects.exists()


def test_trouble_there_is_tried_again(cast, there, page):
    row = let_go(cast, page)
    there.switch(LIMITED)
    revoking.revoke(row)
    assert there.tells()
    there.switch(LIMITED, False)
    Revocation.objects.update(next_at=clock.now() - timedelta(seconds=1))
    [row] = revoking.due()
    revoking.revoke(row)
    assert not there.tells()


@pytest.mark.parametrize("wrong", [REVOKED, graph.DEAF, LIMITED])
def test_what_cannot_be_taken_back_bothers_nobody(cast, there, page, wrong):
    row = let_go(cast, page)
    there.switch(wrong)
    Revocation.objects.update(tries=revoking.TRIES)
    revoking.revoke(row)
    assert not Revocation.objects.exists()


def test_the_page_of_the_app_shows_where_events_go(cast, settings):
    settings.PUBLIC_URL = "https://tabard.example"
    browser = Client()
    browser.force_login(cast.owner)
    shown = browser.get("/platforms/apps/?platform=facebook").content.decode()
    assert "https://tabard.example/hooks/facebook/" in shown
    assert "verify_token" in shown
    assert "/hooks/" not in browser.get("/platforms/apps/?platform=reddit").content.decode()

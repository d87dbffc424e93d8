"""The app of the organisation on a platform: entered once by an owner, sealed, and handed to every call."""

import html

import pytest
from django.test import Client

from tabard.audit.models import Entry
from tabard.kernel import clock
from tabard.kernel.errors import Denied, Invalid, Overtaken, ProveFirst
from tabard.org.people import actor_of
from tabard.org.tree import root
from tabard.register import app_queries, connecting, links, queries
from tabard.register.actions import drop_app, set_app
from tabard.register.models import Channel, PlatformApp
from tests.cast import make_channel
from tests.harbour.server import APP, harbour_at_work

SECRET = APP["client_secret"]
PAGE = "/platforms/apps/?platform=harbour"


@pytest.fixture
def harbour(settings):
    """A network on which people sign in, on a port of this machine."""
    settings.PRIVATE_HOSTS = ["127.0.0.1"]
    with harbour_at_work() as net:
        yield net


@pytest.fixture
def owner(cast):
    return actor_of(cast.owner, "screen", proved_at=clock.now())


@pytest.fixture
def pier(cast):
    """A channel there that is not connected."""
    made = make_channel(cast.nordics, "pier", platform="harbour")
    Channel.objects.filter(pk=made.pk).update(health="unconnected")
    made.refresh_from_db()
    return made


def enter(owner, **more):
    return set_app(owner, root(owner), platform="harbour", fields={**APP, **more})


def browser_of(person):
    browser = Client()
    browser.force_login(person)
    return browser


def test_what_is_entered_is_sealed_and_handed_to_connectors(cast, harbour, owner, pier):
    enter(owner)
    kept = PlatformApp.objects.get()
    assert SECRET not in kept.secret
    assert kept.set_by == cast.owner
    logged = Entry.objects.filter(action="platform.app_set").values_list("before", "after", "notes").get()
    assert SECRET not in str(logged)
    assert kept.secret not in str(logged)
    assert logged[2]["changed"] == ["client_id", "client_secret"]
    begun = connecting.begin(cast.by("district"), pier, {"server": harbour.address}, app_queries.back())
    assert "client_id=tabard-here" in begun.url
    assert SECRET not in str(dict(begun.keep))
    done = connecting.finish(cast.by("district"), pier, begun.keep, {"code": "x", "state": "s" * 24})
    assert (done.channel.health, done.channel.remote_id) == ("healthy", "id-pier")

    async def keep(session):
        raise AssertionError("nothing is refreshed here")

    access = links.access_of(queries.channel(cast.by("district"), pier.pk), keep)
    assert access.app == APP
    assert SECRET in access.hidden()
    assert SECRET not in repr(access)


def test_without_an_app_nobody_is_sent_there_and_the_page_says_who_can_help(cast, harbour, pier):
    with pytest.raises(Invalid, match="No app of this organisation"):
        connecting.begin(cast.by("district"), pier, {"server": harbour.address}, app_queries.back())
    page = browser_of(cast.district).get(f"/register/{pier.pk}/connect/").content.decode()
    assert "An owner of the organisation can do that." in page
    assert 'name="server"' not in page
    page = browser_of(cast.owner).get(f"/register/{pier.pk}/connect/").content.decode()
    assert f'href="{PAGE}"' in page


def test_only_owners_of_the_whole_enter_one_and_only_having_shown_it_is_them(cast, harbour, owner, pier):
    for who in ("regional", "district", "creator"):
        with pytest.raises(Denied):
            set_app(cast.by(who), root(owner), platform="harbour", fields=APP)
        with pytest.raises(Denied):
            app_queries.apps(cast.by(who))
    with pytest.raises(ProveFirst):
        enter(actor_of(cast.owner, "screen"))
    with pytest.raises(Invalid):
        set_app(owner, cast.nordics, platform="harbour", fields=APP)
    for platform in ("nowhere", "mastodon", "", "../harbour"):
        with pytest.raises(Invalid):
            set_app(owner, root(owner), platform=platform, fields=APP)
    assert not PlatformApp.objects.exists()


def test_what_is_missing_or_no_key_is_named(cast, harbour, owner, pier):
    for fields, wrong in (
        ({}, {"client_id", "client_secret"}),
        ({**APP, "client_id": "two\u200bhalves"}, {"client_id"}),
        ({**APP, "client_secret": "x" * 5000}, {"client_secret"}),
        ({**APP, "client_id": "   "}, {"client_id"}),
    ):
        with pytest.raises(Invalid) as refused:
            set_app(owner, root(owner), platform="harbour", fields=fields)
        assert set(refused.value.fields) == wrong
    assert not PlatformApp.objects.exists()


def test_a_secret_left_empty_stays_and_is_never_shown(cast, harbour, owner, pier):
    browser = browser_of(cast.owner)
    page = browser.get(PAGE).content.decode()
    assert "Press “New app”." in page
    assert "http://127.0.0.1:8000/register/connected/" in page
    assert browser.post(PAGE, APP).status_code == 302
    page = html.unescape(browser.get(PAGE).content.decode())
    assert ("tabard-here" in page, SECRET in page) == (True, False)
    assert browser.post(PAGE, {"client_id": "another"}).status_code == 302
    assert connecting.app_of("harbour") == {**APP, "client_id": "another"}
    refused = browser.post(PAGE, {"client_id": "", "client_secret": "typed-just-now"})
    assert refused.status_code == 422
    assert "typed-just-now" not in refused.content.decode()
    assert browser.post(PAGE, {"do": "drop"}).status_code == 302
    assert browser.post(PAGE, {"do": "drop"}).status_code == 409
    assert browser.get("/platforms/apps/?platform=nowhere").status_code == 404


def test_two_owners_do_not_overwrite_each_other_unseen(cast, harbour, owner, pier):
    enter(owner)
    was = {"app": app_queries.app(owner, "harbour").was}
    set_app(owner, root(owner), platform="harbour", fields={**APP, "client_id": "first"}, was=was)
    with pytest.raises(Overtaken):
        set_app(owner, root(owner), platform="harbour", fields={**APP, "client_id": "second"}, was=was)
    assert connecting.app_of("harbour")["client_id"] == "first"


def test_the_list_counts_channels_and_the_api_tells_no_secret(cast, harbour, owner, pier):
    enter(owner)
    found = app_queries.app(owner, "harbour")
    assert found in app_queries.apps(owner)
    assert (found.is_set, found.channels, found.connected) == (True, 1, 0)
    told = browser_of(cast.owner).get("/api/v1/platform-apps")
    assert told.status_code == 200
    assert SECRET not in told.content.decode()
    [one] = [each for each in told.json() if each["platform"] == "harbour"]
    assert one["values"] == {"client_id": "tabard-here"}
    drop_app(owner, root(owner), platform="harbour")
    assert not app_queries.app(owner, "harbour").is_set


def test_an_app_that_no_longer_opens_is_said_and_can_be_entered_again(cast, harbour, owner, pier):
    enter(owner)
    PlatformApp.objects.update(secret="v2.gone.AAAA.AAAA")
    assert app_queries.app(owner, "harbour").sealed
    assert connecting.app_missing("harbour")
    assert "does not open" in browser_of(cast.owner).get(PAGE).content.decode()
    enter(owner)
    assert not connecting.app_missing("harbour")


def test_people_come_back_to_one_address_from_whatever_scope_they_set_out(cast, harbour, owner, pier):
    enter(owner)
    browser = browser_of(cast.owner)
    asked = {"kind": "oauth2", "server": harbour.address}
    for prefix in ("", f"/@{cast.nordics.slug}"):
        left = browser.post(f"{prefix}/register/{pier.pk}/connect/", asked)
        assert left.status_code == 302
        assert left.url.startswith(f"{harbour.address}/authorize")
    assert app_queries.back() == "http://127.0.0.1:8000/register/connected/"

"""One sign-in may let us into several channels; and what is let go here is ended on its platform."""

from datetime import timedelta

import pytest
from django.test import Client

from tabard.access.vault import unseal
from tabard.audit.models import Entry
from tabard.kernel import clock
from tabard.kernel.errors import Conflict, Denied, Invalid
from tabard.kernel.today import needs
from tabard.register import connecting, queries, revoking
from tabard.register.actions import disconnect, ended_there, set_state
from tabard.register.models import Channel, Connection, Revocation
from tests.cast import make_channel
from tests.harbour.server import connected, harbour_at_work


@pytest.fixture
def harbour(settings):
    settings.PRIVATE_HOSTS = ["127.0.0.1"]
    with harbour_at_work() as net:
        yield net


@pytest.fixture
def pier(cast, harbour):
    """A channel there that is not connected any more, with the app entered."""
    made = connected(harbour, cast.nordics)
    Connection.objects.all().delete()
    Channel.objects.update(health="unconnected", remote_id="")
    made.refresh_from_db()
    return made


def another(unit, handle):
    made = make_channel(unit, handle, platform="harbour")
    Channel.objects.filter(pk=made.pk).update(health="unconnected")
    return made


def browser_of(person):
    browser = Client()
    browser.force_login(person)
    return browser


def signed_in(browser, harbour, channel):
    left = browser.post(f"/register/{channel.pk}/connect/", {"kind": "oauth2", "server": harbour.address})
    assert left.status_code == 302
    return browser.get("/register/connected/", {"code": "x", "state": "s" * 24})


def health(channel):
    return Channel.objects.get(pk=channel.pk).health


def test_others_of_the_register_are_offered_and_each_is_connected_by_itself(cast, harbour, pier):
    harbour.channels = ["quay", "pier", "strange", "south"]
    quay, south = another(cast.nordics, "Quay"), another(cast.south, "south")
    browser = browser_of(cast.district)
    back = signed_in(browser, harbour, pier)
    assert back.url == "/register/connected/more/"
    assert (health(pier), health(quay)) == ("healthy", "unconnected")
    held = str(dict(browser.session.items()))
    assert "refresh-" not in held
    page = browser.get(back.url).content.decode()
    assert page.count('name="one"') == 1
    assert "strange" in page
    before = Entry.objects.filter(action="channel.connect").count()
    assert browser.post(back.url, {"one": ["0", "1", "2", "7", "x"]}).status_code == 422
    assert (health(quay), health(south)) == ("healthy", "unconnected")
    assert Entry.objects.filter(action="channel.connect").count() == before + 1
    assert browser.post(back.url, {"no": "1"}).status_code == 302
    assert browser.get(back.url).status_code == 409
    kept = {
        c.channel_id: unseal(c.session, about=f"channel {c.channel_id}") for c in Connection.objects.all()
    }
    assert kept.keys() == {pier.pk, quay.pk}
    assert len({each["refresh"] for each in kept.values()}) == 2


def test_where_none_is_the_channel_what_is_in_the_register_is_offered_all_the_same(cast, harbour, pier):
    harbour.channels = ["quay", "strange"]
    with pytest.raises(Invalid, match="None of them is pier"):
        connecting.finish(
            cast.by("district"), pier, {"server": harbour.address, "state": "s"}, {"code": "x", "state": "s"}
        )
    quay = another(cast.nordics, "quay")
    browser = browser_of(cast.district)
    back = signed_in(browser, harbour, pier)
    assert "Which of these?" in browser.get(back.url).content.decode()
    assert browser.post(back.url, {"one": "0"}).url == f"/register/{quay.pk}/"
    assert (health(pier), health(quay)) == ("unconnected", "healthy")


def test_what_was_offered_is_not_kept_for_long_and_is_nobody_elses(cast, harbour, pier, monkeypatch):
    harbour.channels = ["pier", "quay"]
    another(cast.nordics, "quay")
    browser = browser_of(cast.district)
    back = signed_in(browser, harbour, pier)
    assert browser_of(cast.owner).get(back.url).status_code == 409
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert browser.get(back.url).status_code == 409


def test_whose_right_ended_meanwhile_connects_nothing(cast, harbour, pier):
    harbour.channels = ["pier", "quay"]
    quay = another(cast.nordics, "quay")
    browser = browser_of(cast.district)
    back = signed_in(browser, harbour, pier)
    cast.district.grants.update(ended_at=clock.now())
    assert browser.post(back.url, {"one": "1"}).status_code in {403, 404, 422}
    assert health(quay) == "unconnected"


def test_letting_go_ends_the_access_there(cast, harbour):
    pier = connected(harbour, cast.nordics)
    disconnect(cast.by("district"), pier)
    assert not Connection.objects.exists()
    [row] = revoking.due()
    assert revoking.due() == []
    revoking.revoke(row)
    revoking.revoke(row)
    assert harbour.revoked == ["refresh-1"]
    assert not Revocation.objects.exists()


def test_a_retired_channel_is_let_go(cast, harbour):
    pier = connected(harbour, cast.nordics)
    by = cast.by("district")
    set_state(by, pier, state="retiring", why="Over")
    pier.retirements.get().steps.all().delete()
    set_state(by, pier, state="retired", why="Over")
    assert not Connection.objects.exists()
    assert len(revoking.due()) == 1
    assert health(pier) == "unconnected"


def test_what_cannot_be_ended_is_tried_for_long_and_then_told(cast, harbour):
    by, pier = cast.by("district"), connected(harbour, cast.nordics)
    harbour.broken = True
    disconnect(by, pier)
    for _try in range(revoking.TRIES):
        [row] = revoking.due()
        revoking.revoke(row)
        assert not revoking.due(), "not at once again"
        Revocation.objects.update(next_at=clock.now())
    assert revoking.due() == []
    left = Revocation.objects.get()
    assert (left.secret, left.session, bool(left.gave_up_at)) == ("", "", True)
    assert any("still open on Harbour" in need.title for need in needs(by, None))
    browser = browser_of(cast.district)
    page = browser.get(f"/register/{pier.pk}/?tab=access").content.decode()
    assert "could not be ended on the platform" in page
    with pytest.raises(Denied):
        ended_there(cast.by("creator"), pier)
    assert browser.post(f"/register/{pier.pk}/ended-there/").status_code == 302
    assert not Revocation.objects.exists()
    with pytest.raises(Conflict):
        ended_there(by, queries.channel(by, pier.pk))


def test_what_was_not_allowed_is_named_where_the_platform_tells(cast, harbour, pier):
    harbour.granted = "write"
    browser = browser_of(cast.district)
    signed_in(browser, harbour, pier)
    page = f"/register/{pier.pk}/?tab=access"
    assert "did not allow Tabard to: take down what was published." in browser.get(page).content.decode()
    harbour.granted = "write erase more"
    signed_in(browser, harbour, pier)
    assert "did not allow" not in browser.get(page).content.decode()

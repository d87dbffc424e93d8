"""Reading who administers channels: from the network itself, by a job, by hand, and when it will not tell."""

from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from tabard.access.vault import seal
from tabard.connectors.platforms.practice.tests.simulator import BASE, HANDLE, UNTOLD, PracticeStage
from tabard.connectors.stage import REVOKED, UNREACHABLE
from tabard.kernel import clock
from tabard.kernel.errors import Conflict, Denied
from tabard.register import links
from tabard.register.models import Connection
from tabard.safety import jobs, reading
from tabard.safety.models import AdminFinding, AdminList, PlatformAdmin
from tests.cast import make_channel


@pytest.fixture
def stage(monkeypatch):
    """Practice itself behind the one way out, with two administrators."""
    made = PracticeStage()

    @asynccontextmanager
    async def out(hosts=()):
        yield made.http()

    monkeypatch.setattr(links, "open_http", out)
    made.let_in("Ana Petrova", "ana@tabard.example")
    made.let_in("Ben Lind", "")
    return made


@pytest.fixture
def channel(cast, stage):
    made = make_channel(cast.nordics, HANDLE, "practice", remote_id=HANDLE)
    secret = seal({"token": stage.token}, about=f"channel {made.pk}")
    Connection.objects.create(channel=made, base_url=BASE, connected_at=clock.now(), secret=secret)
    return made


def test_a_day_passes_between_readings_and_somebody_gone_is_written_down(cast, stage, channel):
    assert reading.read_due() == 1
    assert [a.email for a in PlatformAdmin.objects.all()] == ["ana@tabard.example", ""]
    assert reading.read_due() == 0
    stage.net.store.write_now(lambda db: db.execute("DELETE FROM administrator WHERE id = 'ana'"))
    with clock.at(clock.now() + timedelta(days=1, minutes=1)):
        jobs.read_admins(0)
    assert [(a.remote_id, a.gone_at is None) for a in PlatformAdmin.objects.order_by("id")] == [
        ("ana", False),
        ("ben", True),
    ]
    assert AdminFinding.objects.get(admin__remote_id="ana").state == "gone"


@pytest.mark.parametrize("trouble", [UNTOLD, REVOKED, UNREACHABLE])
def test_what_cannot_be_read_is_said_and_takes_nothing_away(cast, stage, channel, trouble):
    reading.read(cast.by("owner"), channel)
    stage.switch(trouble)
    made = reading.read(cast.by("owner"), channel)
    assert made.problem
    assert made.next_at > clock.now()
    assert PlatformAdmin.objects.filter(gone_at=None).count() == 2
    stage.switch(trouble, False)
    assert not reading.read(cast.by("owner"), channel).problem


def test_one_list_that_breaks_keeps_no_other_from_being_read(cast, stage, channel, monkeypatch, caplog):
    other = make_channel(cast.nordics, "second", "practice")
    Connection.objects.create(channel=other, base_url=BASE, connected_at=clock.now(), secret="")

    def broken(found, call):
        raise RuntimeError("a fault of ours")

    with monkeypatch.context() as patched:
        patched.setattr(reading, "asked", broken)
        assert reading.read_due() == 2
    assert {row.problem for row in AdminList.objects.all()} == {reading.BROKE}
    assert "a fault of ours" in caplog.text


def test_platforms_that_do_not_tell_and_strangers_are_refused(cast, stage, channel):
    with pytest.raises(Conflict, match="does not tell"):
        reading.read(cast.by("owner"), make_channel(cast.nordics, "elsewhere"))
    with pytest.raises(Denied):
        reading.read(cast.by("stranger"), channel)
    assert stage.requests == []


def test_on_the_screens_a_name_is_confirmed_and_a_finding_decided(client, cast, stage, channel):
    client.force_login(cast.owner)
    page = f"/register/{channel.pk}/administrators/"
    assert "The list was read" in client.post(page + "read/", follow=True).content.decode()
    ana, ben = PlatformAdmin.objects.order_by("remote_id")
    PlatformAdmin.objects.filter(pk=ana.pk).update(suggested=cast.regional)
    assert "Probably Ingrid Solheim" in client.get(page).content.decode()
    client.post(page, {"admin": ana.pk, "do": "confirm"})
    client.post(page, {"admin": ben.pk, "do": "name", f"person-{ben.pk}": cast.stranger.email})
    refused = client.post(page, {"admin": ben.pk, "do": "name", f"person-{ben.pk}": ""})
    assert refused.status_code == 422
    found = AdminFinding.objects.open().get()
    assert (found.kind, found.person) == ("no_grant", cast.stranger)
    assert "Ben Lind" in client.get("/safety/administrators/").content.decode()
    one = f"/safety/administrators/{found.pk}/"
    client.post(one, {"do": "accept", "reason": "Helps out until March"})
    assert "Helps out until March" in client.get(one).content.decode()
    assert "Ben Lind" not in client.get("/safety/administrators/").content.decode()
    assert (
        "Helps out until March"
        in client.get("/safety/administrators/csv/?state=accepted").getvalue().decode()
    )
    client.post(one, {"do": "reopen"})
    assert "Ben Lind" in client.get("/safety/administrators/").content.decode()


def test_all_lists_of_a_unit_are_read_on_demand_and_how_far_is_shown(client, cast, stage, channel):
    client.force_login(cast.owner)
    client.post("/safety/administrators/read/")
    assert 'id="reading"' in client.get("/safety/administrators/").content.decode()
    jobs.read_admins_now()
    assert PlatformAdmin.objects.count() == 2
    assert "All lists have been asked for" in client.get("/safety/administrators/reading/").content.decode()

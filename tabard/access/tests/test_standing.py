"""A token or session that is ended while its request is under way: the change is not committed."""

from __future__ import annotations

import threading

import pytest
from django.db import close_old_connections, transaction

from tabard.access.actions import end_session, end_token, make_token
from tabard.access.api_keys import token_actor
from tabard.access.models import ApiToken, Session
from tabard.kernel import clock
from tabard.kernel.errors import Denied
from tabard.posts.actions import change_campaign
from tabard.posts.models import Campaign
from tests.cast import cast as build


@pytest.fixture
def company(own_database, django_db_blocker):
    with django_db_blocker.unblock():
        yield build()


def session_of(person) -> Session:
    now = clock.now()
    later = now + clock.minutes(60)
    return Session.objects.create(
        person=person, way="password", started_at=now, seen_at=now, proved_at=now, ends_at=later,
        idle_at=later, pause=60,
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["token", "session"])
def test_ended_while_it_acts_nothing_is_committed(company, kind):
    campaign = Campaign.objects.create(unit=company.nordics, name="Soups")
    by = company.by("creator")
    if kind == "token":
        key = make_token(by, company.creator, name="x")
        actor = token_actor(ApiToken.objects.select_related("person").get(pk=key.pk))
        ApiToken.objects.filter(pk=key.pk).update(ended_at=clock.now())
    else:
        session = session_of(company.creator)
        by.session_id = session.pk
        actor = by
        Session.objects.filter(pk=session.pk).update(ended_at=clock.now())
    with pytest.raises(Denied, match="just been ended"):
        change_campaign(actor, campaign, name="Stews")
    campaign.refresh_from_db()
    assert campaign.name == "Soups"


def test_the_revocation_comes_first_or_waits_for_the_change(company):
    """Whichever commits first holds: never a change after a revocation that is committed."""
    campaign = Campaign.objects.create(unit=company.nordics, name="Soups 0")
    owner = company.by("creator")
    for turn in range(1, 9):
        key = make_token(company.by("creator"), company.creator, name=f"key {turn}")
        actor = token_actor(ApiToken.objects.select_related("person").get(pk=key.pk))
        told: list[str] = []
        ready = threading.Barrier(2)

        def change(actor=actor, told=told, ready=ready, turn=turn) -> None:
            ready.wait()
            try:
                change_campaign(actor, campaign, name=f"Soups {turn}")
                told.append("changed")
            except Denied:
                told.append("refused")
            finally:
                close_old_connections()

        thread = threading.Thread(target=change)
        with transaction.atomic():
            ApiToken.objects.filter(pk=key.pk).update(ended_at=clock.now())
            thread.start()
            ready.wait()
            thread.join(0.01 * turn)
            assert told in ([], ["refused"]), "it waits for what becomes of its token"
        thread.join()
        assert told == ["refused"]
    campaign.refresh_from_db()
    assert (campaign.name, owner.name) == ("Soups 0", "Marek Nowak")


def test_one_may_end_what_one_acts_by(company):
    key = make_token(company.by("creator"), company.creator, name="x")
    token = ApiToken.objects.select_related("person").get(pk=key.pk)
    assert end_token(token_actor(token), token).ended_at
    by = company.by("creator")
    session = session_of(company.creator)
    by.session_id = session.pk
    assert end_session(by, session).ended_at

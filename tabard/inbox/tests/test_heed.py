"""What a channel's page says of how it is read."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tabard.connectors.errors import Refused, Revoked
from tabard.inbox.tests.conftest import page, read_now, said

pytestmark = pytest.mark.django_db


def shown(client, cast, channel, who: str = "publisher") -> str:
    client.force_login(getattr(cast, who))
    return client.get(reverse("channel_inbox", args=[channel.pk])).content.decode()


def test_a_channel_that_cannot_be_read_says_so_with_what_to_do(client, cast, channel, told):
    told(Revoked("Let Tabard read comments.", code="scope"))
    read_now(channel)
    there = shown(client, cast, channel)
    assert "Let Tabard read comments." in there
    assert "allow all that the platform asks about" in there
    told(page([said("1")], "c1"))
    read_now(channel)
    assert "cannot be read" not in shown(client, cast, channel)


def test_the_same_by_api(client, cast, channel, told):
    told(Refused("No comments here."))
    read_now(channel)
    client.force_login(cast.publisher)
    there = client.get(f"/api/v1/channels/{channel.pk}/reading").json()
    assert (there["problem"], there["readable"]) == ("No comments here.", True)
    assert "connect the channel again" in there["to_do"]


def test_who_may_not_see_what_is_said_is_told_nothing(client, cast, channel):
    client.force_login(cast.creator)
    assert client.get(reverse("channel_inbox", args=[channel.pk])).status_code == 403

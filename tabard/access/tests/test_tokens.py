"""API tokens: shown once, limited, ended."""

import re

import pytest

from tabard.access.models import ApiToken


@pytest.fixture
def seen(client, cast):
    client.force_login(cast.creator)
    return client


def test_a_token_is_made_on_screen_and_shown_this_once(seen):
    made = seen.post("/tokens/", {"name": "Report"}).content.decode()
    key = re.search(r"<code>(tbd_[\w-]+)</code>", made)[1]
    assert key not in seen.get("/tokens/").content.decode()
    assert seen.get("/api/v1/posts", headers={"Authorization": f"Bearer {key}"}).status_code == 200


def test_an_ended_token_opens_nothing(seen, client):
    made = seen.post("/tokens/", {"name": "Report"}).content.decode()
    key = re.search(r"<code>(tbd_[\w-]+)</code>", made)[1]
    seen.post("/tokens/", {"end": ApiToken.objects.get().pk})
    client.logout()
    assert client.get("/api/v1/posts", headers={"Authorization": f"Bearer {key}"}).status_code == 401


def test_a_profile_is_changed_on_screen(seen, cast):
    seen.post("/me/", {"name": "Marek N.", "language": "bg", "zone": "Europe/Sofia", "theme": "dark"})
    cast.creator.refresh_from_db()
    assert (cast.creator.name, cast.creator.language, cast.creator.theme) == ("Marek N.", "bg", "dark")

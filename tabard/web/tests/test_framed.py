"""What of the frame is kept is kept for each place, scope, language and reader apart."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.cast import Cast

pytestmark = pytest.mark.django_db


def _rail(client: Client, path: str) -> str:
    html = client.get(path).content.decode()
    found = re.search(r'<nav class="rail".*?</nav>', html, re.S)
    assert found
    return found[0]


def test_the_rail_is_of_the_page_the_scope_and_the_language(client: Client, cast: Cast) -> None:
    client.force_login(cast.owner)
    for _again in range(2):
        posts, register = _rail(client, "/posts/"), _rail(client, "/register/")
        assert re.search(r'href="/posts/"[^>]*aria-current', posts)
        assert re.search(r'href="/register/"[^>]*aria-current', register)
        assert posts.count("aria-current") == register.count("aria-current") == 1
        there = _rail(client, f"/@{cast.nordics.slug}/posts/")
        assert f'href="/@{cast.nordics.slug}/posts/"' in there
        assert f"/@{cast.nordics.slug}/" not in posts
    cast.owner.language = "bg"
    cast.owner.save(update_fields=["language"])
    assert "Календар" in _rail(client, "/posts/")

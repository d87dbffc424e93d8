"""In a real browser: what was typed and not saved is readable nowhere, comes back, and goes at sign-out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tabard.access.drafts import key_for
from tabard.web import built
from tests import browsing
from tests.cast import PASSWORD
from tests.cast import cast as build
from tests.own_database import own_database as own

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not built.script(), reason="nothing is built: run `make frontend`"),
]
WORDS = "Three winter soups land today"
STORES = "JSON.stringify([{...localStorage}, {...sessionStorage}])"
MAIL = "marek.nowak@meridian.example"


@pytest.fixture
def address(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    with django_db_blocker.unblock(), own(), browsing.serving(LIVE_URL="") as found:
        person = build().creator
        person.set_password(PASSWORD)
        person.save()
        yield found


def come_in(page: Any, address: str) -> None:
    page.goto(f"{address}/sign-in/")
    page.fill("[name=login]", MAIL)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{address}/")


def write(page: Any, address: str) -> None:
    page.goto(f"{address}/posts/new/")
    page.fill("[name=title]", WORDS)
    page.wait_for_timeout(600)


def back(page: Any, address: str) -> str:
    page.goto(f"{address}/posts/new/")
    page.wait_for_timeout(400)
    return page.input_value("[name=title]")


def test_a_draft_is_readable_nowhere_comes_back_and_goes_at_signing_out(address):
    with browsing.chromium() as chromium:
        page = browsing.new_page(chromium)
        come_in(page, address)
        write(page, address)
        kept = page.evaluate(STORES)
        assert "tabard:" in kept
        assert not any(word in kept for word in WORDS.split())
        assert page.locator("[data-kept-under]").count() == 0
        page.context.clear_cookies()  # as after a crash: the session is gone, the disk is as it was
        come_in(page, address)
        assert back(page, address) == WORDS
        page.evaluate(
            "localStorage.setItem('tabard:/posts/new/:gone', JSON.stringify({fields: {'title ': 'Barley'}}))"
        )
        page.reload()
        page.wait_for_timeout(400)
        kept = page.evaluate(STORES)
        assert "tabard:/posts" not in kept
        assert "Barley" not in kept
        page.goto(f"{address}/sign-in/out/")
        page.click("main button[type=submit], form[action$='/out/'] button[type=submit]")
        page.wait_for_timeout(600)
        assert "tabard:" not in page.evaluate(STORES)
        assert page.complaints == []


def test_without_https_it_is_kept_in_the_tab_alone_and_said(address):
    with browsing.chromium() as chromium:
        page = browsing.new_page(chromium)
        page.add_init_script("delete Crypto.prototype.subtle")
        come_in(page, address)
        write(page, address)
        assert "kept only until you close this tab" in page.inner_text("#toasts")
        assert page.evaluate("Object.keys(localStorage).filter(it => it.startsWith('tabard:')).length") == 0
        assert back(page, address) == WORDS


def test_the_key_is_another_for_everybody_and_after_being_shut_out(cast, settings):
    first = key_for(cast.creator)
    assert first == key_for(cast.creator)
    assert first != key_for(cast.owner)
    cast.creator.generation += 1
    assert first != key_for(cast.creator)
    cast.creator.generation -= 1
    settings.SECRET_KEY = "another key of another installation"
    assert first != key_for(cast.creator)

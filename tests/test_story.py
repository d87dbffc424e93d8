"""The main job in a real browser, from the first word to the link, with a real worker and a real network.

Every person has a browser of their own; what matters is done by keyboard.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.test import Client

from bench.practice import ready
from tabard.web import built
from tests import browsing
from tests.cast import cast as build
from tests.sending import make_channels

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not built.script(), reason="nothing is built: run `make frontend`"),
]

FIRST = "Three winter soups, from today in every canteen."
SHORT = "Three soups. Today. Every canteen."
MENDED = "Three winter soups, from Friday in every canteen."
DECIDED = re.compile(r"/posts/\d+/$")


@dataclass
class Desk:
    """A browser for each of the people who take part."""

    address: str
    browser: Any
    cookies: dict[str, str]
    pages: dict[str, Any] = field(default_factory=dict)

    def of(self, who: str, path: str = "") -> Any:
        """The page `who` has open, gone to `path`."""
        if who not in self.pages:
            page = browsing.new_page(self.browser, reduced_motion="reduce")
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": self.cookies[who]}
            page.context.add_cookies([{**cookie, "url": self.address}])
            page.set_default_timeout(15_000)
            self.pages[who] = page
        if path:
            self.pages[who].goto(self.address + path)
        return self.pages[who]


def started(command: list[str], log: Path, **environment: str) -> subprocess.Popen[bytes]:
    with log.open("wb") as out:
        return subprocess.Popen(
            [sys.executable, "-m", *command],
            env={**os.environ, "TABARD_LOCAL": "1", **environment},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )


@pytest.fixture
def desk(own_database: str, tmp_path: Path, free_tcp_port: int) -> Iterator[Desk]:
    """A company with two channels on a Practice network, a worker that sends, and a browser for each."""
    base = f"http://127.0.0.1:{free_tcp_port}"
    network = ["tabard.practice", "--port", str(free_tcp_port), "--data", str(tmp_path / "network")]
    running = [
        started(network, tmp_path / "network.log"),
        started(["tabard", "worker"], tmp_path / "worker.log", DATABASE_URL=own_database),
    ]
    try:
        ready(base)
        cast = build()
        admin = {"Authorization": f"Bearer {(tmp_path / 'network/admin-token').read_text()}"}
        named = {"channels": [{"handle": h, "name": h.title()} for h in ("kitchen", "canteen")]}
        loaded = httpx.post(f"{base}/api/load", headers=admin, json=named, timeout=60).json()
        make_channels(cast.nordics, base, {one["handle"]: one["token"] for one in loaded["channels"]})
        cookies = {}
        for who in ("creator", "approver", "publisher", "on_call", "owner"):
            client = Client()
            client.force_login(getattr(cast, who))
            cookies[who] = client.cookies[settings.SESSION_COOKIE_NAME].value
        with browsing.serving(LIVE_URL="") as address, browsing.chromium() as browser:
            there = Desk(address, browser, cookies)
            yield there
            said = [each for page in there.pages.values() for each in page.complaints]
            assert [each for each in said if "422" not in each] == []  # a no without a word is refused
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(20)


def eventually(page: Any, true: Callable[[], bool], within: float = 20.0) -> None:
    """Reload until it is so."""
    end = time.monotonic() + within
    while not true():
        assert time.monotonic() < end, page.locator("body").inner_text()
        page.wait_for_timeout(250)
        page.reload()


def write(desk: Desk, title: str, text: str, *channels: str) -> str:
    """The creator starts a post from the palette, without touching the mouse; its path."""
    page = desk.of("creator", "/")
    page.keyboard.press("Control+k")
    page.locator("#palette input").wait_for()
    page.keyboard.type("new post")
    page.locator('#found a[aria-selected="true"]', has_text="New post").wait_for()
    page.keyboard.press("Enter")
    page.locator("#title").wait_for()
    page.keyboard.type(title)
    page.keyboard.press("Tab")
    page.keyboard.type(text)
    for name in channels:
        page.get_by_role("checkbox", name=name).focus()
        page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/posts/\d+/$"))
    return str(page.evaluate("location.pathname"))


def save(page: Any, words: str) -> None:
    """Type over the text; it is saved while one types."""
    with page.expect_response(lambda answer: answer.request.method == "POST") as saved:
        page.fill("#text", words)
    assert saved.value.status == 200


def ask(desk: Desk, path: str, message: str) -> None:
    """By keyboard: Esc leaves the question and gives the button its focus back."""
    page = desk.of("creator", path)
    opener = page.get_by_role("button", name="Ask for approval…")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.locator("dialog#ask[open]")
    dialog.locator(":focus").wait_for(state="attached")
    page.keyboard.press("Escape")
    page.locator("dialog#ask").wait_for(state="hidden")
    assert opener.evaluate("it => it === document.activeElement")
    page.keyboard.press("Enter")
    page.fill("#ask-message", message)
    page.keyboard.press("Control+Enter")
    page.locator("#post-state .badge", has_text="In review").wait_for()


def decide(desk: Desk, path: str, button: str, comment: str = "") -> Any:
    page = desk.of("approver", f"{path}decision/")
    page.fill("#comment", comment)
    page.get_by_role("button", name=button).click()
    return page


def publish_now(desk: Desk, path: str) -> Any:
    page = desk.of("publisher", path)
    page.get_by_role("button", name="Schedule…").click()
    page.locator("dialog#schedule[open]").get_by_role("button", name="Publish now").click()
    page.locator("#post-deliveries li").first.wait_for()
    return page


def states(page: Any) -> list[str]:
    page.locator("#post-deliveries li .badge").first.wait_for()
    return [str(said).strip() for said in page.locator("#post-deliveries li .badge").all_inner_texts()]


def test_from_the_first_word_to_the_link(desk):
    path = write(desk, "Winter soups", FIRST, "kitchen", "canteen")
    page = desk.of("creator")
    page.locator(".spot", has_text="canteen").click()
    save(page, SHORT)
    ask(desk, path, "For today, please.")

    page = desk.of("approver", "/")
    page.locator(".today-row", has_text="Winter soups: 2 placements wait").get_by_text("Review").click()
    page.locator("#comment").wait_for()
    assert page.locator(".deck .said").all_inner_texts() == [FIRST, SHORT] or page.locator(
        ".deck .said"
    ).all_inner_texts() == [SHORT, FIRST]
    page.get_by_role("button", name="Send it back").click()
    page.locator(".notice.bad").wait_for()
    decide(desk, path, "Send it back", "Not before Friday.").wait_for_url(DECIDED)

    page = desk.of("creator", path)
    assert "Not before Friday." in page.locator("aside").inner_text()
    save(page, MENDED)
    ask(desk, path, "")
    decide(desk, path, "Say yes").wait_for_url(DECIDED)
    page = publish_now(desk, path)
    eventually(page, lambda: states(page) == ["Sent", "Sent"])
    link = page.locator("#post-deliveries li", has_text="kitchen").get_by_role("link", name="See it")
    assert MENDED in httpx.get(link.get_attribute("href")).text


def test_a_change_voids_the_yes_and_a_hold_stops_what_has_one(desk):
    path = write(desk, "Oats", FIRST, "kitchen")
    ask(desk, path, "")
    decide(desk, path, "Say yes").wait_for_url(DECIDED)
    page = desk.of("creator", path)
    page.locator("#post-state .badge", has_text="Approved").wait_for()
    save(page, MENDED)
    page.reload()
    said = page.locator("#post-approval").inner_text()
    assert "No longer counts: changed by Marek Nowak." in said
    assert [page.locator(f"#post-approval {tag}").inner_text() for tag in ("del", "ins")] == [
        "today",
        "Friday",
    ]
    ask(desk, path, "One word was wrong.")
    decide(desk, path, "Say yes").wait_for_url(DECIDED)

    page = desk.of("on_call", "/holds/press/")
    page.keyboard.type("A recall is being prepared")
    page.keyboard.press("Enter")
    page.locator("li .badge", has_text="In force").wait_for()
    publisher = publish_now(desk, path)
    eventually(publisher, lambda: states(publisher) == ["Held"])

    page = desk.of("owner", "/holds/")
    page.get_by_role("button", name="Lift").focus()
    page.keyboard.press("Enter")
    assert page.locator("dialog[open] :focus").inner_text() == "Leave it"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Lifted").wait_for()
    publisher.reload()
    assert states(publisher) == ["Held"]
    publisher.locator("#post-deliveries").get_by_role("link", name="kitchen").click()
    with publisher.expect_navigation():
        publisher.get_by_role("button", name="Send it").click()
    publisher.goto(desk.address + path)
    eventually(publisher, lambda: states(publisher) == ["Sent"])

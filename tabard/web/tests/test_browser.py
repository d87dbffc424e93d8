"""In a real browser: accessibility, the security policy, keys, dialogs, drafts."""

from __future__ import annotations

from typing import Any

import pytest

from tabard.web import built

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not built.script(), reason="nothing is built: run `npm run build` in frontend/"),
]


@pytest.mark.parametrize("width", [1440, 320])
def test_components_are_open_to_everybody(page: Any, wrongs: Any, address: str, width: int):
    """The page holds light and dark, Bulgarian and right to left at once."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}/ui/")
    assert wrongs(page) == []
    assert page.complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_door_is_open_to_everybody(page: Any, wrongs: Any, address: str, scheme: str):
    page.emulate_media(color_scheme=scheme)
    for path in ("/sign-in/", "/sign-in/password/reset/", "/nothing-here/"):
        page.goto(address + path)
        assert wrongs(page) == []


def test_a_question_is_asked_before_a_destructive_press(page: Any, address: str):
    page.goto(f"{address}/ui/#en-light")
    page.click("#en-light [data-confirm]")
    dialog = page.locator("dialog[open]")
    assert "Publish to 14 channels of Region North now?" in dialog.inner_text()
    assert dialog.locator(":focus").inner_text() == "Leave it"
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0


def test_dialogs_and_menus_open_and_close_by_keyboard(page: Any, address: str):
    page.goto(f"{address}/ui/")
    page.focus("#en-light [data-opens]")
    page.keyboard.press("Enter")
    assert page.locator("dialog[open]").count() == 1
    page.keyboard.press("Escape")
    page.focus("#en-light [popovertarget=en-light-menu]")
    page.keyboard.press("Enter")
    assert page.locator("#en-light-menu").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#en-light-menu").is_visible()


def test_rows_are_marked_by_range_and_all_at_once(page: Any, address: str):
    page.goto(f"{address}/ui/")
    boxes = page.locator("#en-light [data-row]")
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])
    assert page.locator("#en-light [data-row]:checked").count() == 3
    page.locator("#en-light [data-rows]").click()
    assert page.locator("#en-light [data-row]:checked").count() == 0


def test_what_is_typed_survives_a_lost_page(page: Any, address: str):
    page.goto(f"{address}/ui/")
    page.fill("#en-light textarea", "Three winter soups land today")
    page.wait_for_timeout(500)
    page.reload()
    page.wait_for_timeout(300)
    assert page.input_value("#en-light textarea") == "Three winter soups land today"
    assert page.locator("#en-light [data-kept-note]").is_visible()


def test_words_typed_on_an_older_version_are_offered_not_put_over_newer_ones(page: Any, address: str):
    page.goto(f"{address}/ui/")
    old = '{"version": "an older one", "fields": {"en-light-text ": "Mine"}}'
    page.evaluate("(old) => sessionStorage.setItem('tabard:/ui/:en-light', old)", old)
    page.reload()
    page.wait_for_timeout(300)
    assert page.input_value("#en-light textarea") != "Mine"
    page.click("[data-bring]")
    assert page.input_value("#en-light textarea") == "Mine"

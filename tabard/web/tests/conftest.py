"""A browser for the tests of the web: Debian's Chromium, or whichever playwright finds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test import override_settings
from django.test.testcases import LiveServerThread


@pytest.fixture(scope="module")
def address(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The address of Tabard over the empty test database, for pages that only read.

    Not pytest-django's live server: that one empties all tables afterwards, which the audit log refuses.
    """
    with django_db_blocker.unblock(), override_settings(LOCAL=True):
        server = LiveServerThread("127.0.0.1", StaticFilesHandler, port=0)
        server.daemon = True
        server.start()
        server.is_ready.wait()
        if server.error:
            raise server.error
        yield f"http://127.0.0.1:{server.port}"
        server.terminate()


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[Any]:
    """One Chromium for the tests of a module. While it is open, this thread may not ask the database."""
    playwright = pytest.importorskip("playwright.sync_api")
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not found:
        pytest.skip("no Chromium here: tools/browser says how to get one")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """An empty page of a browser; what it complains about is in `page.complaints`."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.complaints = []
    page.on("console", lambda said: said.type == "error" and page.complaints.append(said.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    page.context.close()


@pytest.fixture
def wrongs() -> Any:
    """`wrongs(page)`: what axe finds serious or critical, as short sentences."""
    script = Path(pytest.importorskip("axe_playwright_python").__file__).with_name("axe.min.js").read_text()

    def look(page: Any) -> list[str]:
        page.evaluate(script)
        found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
        return [
            f"{each['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
            for each in found
            if each["impact"] in {"serious", "critical"}
            for node in each["nodes"]
        ]

    return look

"""What tests in a real browser stand on: the pages of Tabard served from this process, and one Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test import override_settings
from django.test.testcases import LiveServerThread


@contextmanager
def serving(*, port: int = 0, **settings: Any) -> Iterator[str]:
    """The address of Tabard over the database that is in use now, at a free port unless one is named.

    Not pytest-django's live server: that one empties all tables afterwards, which the audit log refuses.
    """
    with override_settings(LOCAL=True, **settings):
        server = LiveServerThread("127.0.0.1", StaticFilesHandler, port=port)
        server.daemon = True
        server.start()
        server.is_ready.wait()
        if server.error:
            raise server.error
        try:
            yield f"http://127.0.0.1:{server.port}"
        finally:
            server.terminate()


@contextmanager
def chromium() -> Iterator[Any]:
    """One Chromium. While it is open, this thread may not ask the database."""
    playwright = pytest.importorskip("playwright.sync_api")
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not found:
        pytest.skip("no Chromium here: tools/browser says how to get one")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


def new_page(browser: Any, **context: Any) -> Any:
    """An empty page with nobody's cookies; what it complains about is in `page.complaints`."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}, **context).new_page()
    page.complaints = []
    page.on("console", lambda said: said.type == "error" and page.complaints.append(said.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


def wrongs(page: Any, *rules: str) -> list[str]:
    """What axe finds serious or critical, as short sentences; by all rules, or by the rules or tags named."""
    if not page.evaluate("'axe' in window"):
        folder = Path(pytest.importorskip("axe_playwright_python").__file__)
        page.evaluate(folder.with_name("axe.min.js").read_text())
    # Fetching every style sheet and film anew first (`preload`) serves no rule that is asked for here.
    narrow: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
    if rules:
        narrow["runOnly"] = list(rules)
    return [
        f"{each['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for each in page.evaluate("how => axe.run(how).then(all => all.violations)", narrow)
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"]
    ]

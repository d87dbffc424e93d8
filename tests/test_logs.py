"""What processes write: by machines readable, in UTC, on one line each, and with every fault in it."""

from __future__ import annotations

import json
import logging
import sys
from datetime import datetime, timedelta

from django.test import Client, RequestFactory

from tabard.access.whence import address_of
from tabard.config.logs import Json, Line, logging_settings


def written(text: str, **more) -> str:
    return Json().format(logging.LogRecord("tabard.x", logging.WARNING, "x.py", 1, text, None, **more))


def test_times_in_logs_are_in_utc():
    told = json.loads(written("a channel was refused", exc_info=None))
    assert datetime.fromisoformat(told["time"]).utcoffset() == timedelta(0)
    assert {"time", "level", "name", "text"} <= told.keys()
    handlers = logging_settings(as_json=True, level="INFO")["handlers"]
    assert {each["class"] for each in handlers.values()} == {"logging.StreamHandler"}


def test_a_line_of_the_log_cannot_be_forged():
    text = 'Not Found: /x\n{"level": "info", "text": "all is well"}\r\u2028\x1b[2J'
    line = written(text, exc_info=None)
    assert "\n" not in line
    assert "\r" not in line
    assert json.loads(line)["text"] == text
    plain = Line().format(logging.LogRecord("x", logging.INFO, "x.py", 1, text, None, None))
    assert plain.endswith(r"Not Found: /x\n" + r'{"level": "info", "text": "all is well"}\r\u2028\x1b[2J')
    assert len(plain.splitlines()) == 1
    try:
        raise ValueError(text)
    except ValueError:
        assert "\n" not in written("broken", exc_info=sys.exc_info())


def test_a_fault_is_written_down(things, monkeypatch, caplog):
    def broken(*_all, **_named):
        raise RuntimeError("something is amiss")

    monkeypatch.setattr("tabard.kernel.query.Listing.page", broken)
    client = Client(raise_request_exception=False)
    client.force_login(things.cast.owner)
    client.get("/posts/")
    assert "something is amiss" in caplog.text


def test_only_the_word_of_a_trusted_proxy_counts():
    from granian.utils.proxies import wrap_wsgi_with_proxy_headers

    seen = []

    def application(environ, _start):
        request = RequestFactory().get("/")
        request.META.update(environ)
        seen.append(address_of(request))
        return []

    wrapped = wrap_wsgi_with_proxy_headers(application, trusted_hosts=["10.0.0.0/24"])
    for came_from in ("10.0.0.5", "198.51.100.7"):
        told = {"HTTP_X_FORWARDED_FOR": "203.0.113.9", "HTTP_X_FORWARDED_PROTO": "https"}
        wrapped({"REMOTE_ADDR": came_from, "wsgi.url_scheme": "http", **told}, None)
    assert seen == ["203.0.113.9", "198.51.100.7"]

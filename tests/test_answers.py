"""What every answer tells the browser: pages, parts, files, the API, SCIM, and whatever is refused."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest
from django.test import Client
from django.urls import reverse

from tabard.kernel import endpoint
from tests import test_hostile_lists
from tests.test_gates import routes
from tests.test_hostile_lists import opened

ids = test_hostile_lists.ids
OUTSIDE = ("/sign-in/", "/sign-in/out/", "/sign-in/password/reset/", "/sign-in/factor/", "/scim/v2/Users")
REFUSED = ("/nothing/", "/api/v1/nothing", "/sign-in/nothing", "/static/nothing.js", "/@nobody/posts/")


# Names of files are ours, whatever people call things.
OUR_NAME = 'attachment; filename="list.csv"'
OURS = re.compile(r'attachment; filename="[a-z0-9_.-]+"')
SAVED = ("text/csv", "application/zip", "application/octet-stream")


def _may_be_kept(answer) -> bool:
    """Files of the release; pictures of the library, by their one reader."""
    path = answer.request["PATH_INFO"]
    private = answer.get("Content-Type", "").startswith("image/") and answer["Cache-Control"].startswith(
        "private"
    )
    return path.startswith("/static/") or private


def _wrong(answer) -> list[str]:
    """What an answer lacks."""
    policy = answer.get("Content-Security-Policy", "")
    kept = answer.get("Cache-Control", "")
    kind = answer.get("Content-Type", "")
    said = {
        "no plug-ins": "object-src 'none'" in policy or policy == "default-src 'none'; sandbox",
        "no other base": "base-uri 'none'" in policy or "sandbox" in policy,
        "no frames around it": "frame-ancestors 'none'" in policy or "sandbox" in policy,
        "no script written into pages": "unsafe" not in policy,
        "is what it says": answer.get("X-Content-Type-Options") == "nosniff",
        "tells nobody where one was": answer.get("Referrer-Policy") == "same-origin",
        "is kept nowhere": "no-store" in kept or _may_be_kept(answer),
        "is a file under a name of ours": OURS.fullmatch(answer.get("Content-Disposition", OUR_NAME)),
        "is saved and not shown": not kind.startswith(SAVED) or "Content-Disposition" in answer,
        "says how it is written": bool(kind) or answer.status_code == 204,
        "in which letters": not kind.startswith("text/") or "charset=utf-8" in kind.lower(),
        "to nobody else's page": "Access-Control-Allow-Origin" not in answer,
    }
    return [name for name, well in said.items() if not well]


def test_every_answer_says_how_it_may_be_used(things, ids):
    client = Client(raise_request_exception=False)
    client.force_login(things.cast.owner)
    pages = [opened(path, ids) for path, _entry in routes()]
    calls = ["/api/v1" + opened(o.path, ids) for o in endpoint.operations if o.method == "GET"]
    wrong = {}
    for address in (*pages, *calls, *OUTSIDE, *REFUSED, "/api/v1/docs", "/api/v1/openapi.json"):
        answer = client.get(address)
        if answer.streaming:
            b"".join(answer)
        if lacks := _wrong(answer):
            wrong[address] = (answer.status_code, lacks)
    assert wrong == {}


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND"])
def test_odd_methods_are_refused(things, method):
    client = Client(raise_request_exception=False)
    client.force_login(things.cast.owner)
    for address in ("/", "/posts/", "/api/v1/posts", "/sign-in/"):
        answer = client.generic(method, address, headers={"X-Told": "said again"})
        assert b"said again" not in answer.content
        if address.startswith("/api/"):
            assert answer.status_code == 405


def test_looking_changes_nothing(things, ids):
    """Every address is opened as its links do it, and the log of what was done stays as it is."""
    from tabard.audit.models import Entry

    client = Client(raise_request_exception=False)
    client.force_login(things.cast.owner)
    before = Entry.objects.count()
    meant = {"audit.export", "audit.read"}
    for path, _entry in routes():
        answer = client.get(opened(path, ids))
        if answer.streaming:
            b"".join(answer)
    done = Entry.objects.order_by("id").values_list("action", flat=True)[before:]
    assert set(done) - meant == set()


def test_another_host_is_not_ours(client):
    answer = client.get("/sign-in/", headers={"Host": "bad.example"})
    assert answer.status_code == 400
    assert b"bad.example" not in answer.content


def test_signing_out_leaves_nothing_in_the_browser(things):
    client = Client()
    client.force_login(things.cast.creator)
    answer = client.post(reverse("account_logout"))
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/posts/").status_code == 302


def test_every_page_offers_signing_out(things):
    client = Client()
    client.force_login(things.cast.creator)
    for address in ("/", "/posts/", "/calendar/", "/register/"):
        assert reverse("account_logout") in client.get(address, follow=True).content.decode(), address


def test_with_tls_cookies_go_to_this_host_alone_and_browsers_never_come_without(tmp_path):
    read = (
        "import django, json; django.setup(); from django.conf import settings as s;"
        "print(json.dumps({n: getattr(s, n) for n in dir(s) if n.isupper() and ('COOKIE' in n or 'HSTS' in n"
        " or n == 'DEBUG')}, default=str))"
    )
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("TABARD_")},
        "DJANGO_SETTINGS_MODULE": "tabard.config.settings",
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/x",
        "TABARD_URL": "https://social.example.com",
        "TABARD_SECRET_KEY": "k" * 40,
        "TABARD_VAULT_KEY": "v" * 40,
        "TABARD_HOME": str(tmp_path),
    }
    told = subprocess.run([sys.executable, "-c", read], env=environment, capture_output=True, text=True)
    found = json.loads(told.stdout or told.stderr)
    named = {name: found[f"{name}_COOKIE_NAME"] for name in ("SESSION", "CSRF", "LANGUAGE", "THEME")}
    assert {n for n, cookie in named.items() if not cookie.startswith("__Host-")} == set()
    assert found["SESSION_COOKIE_SECURE"]
    assert found["CSRF_COOKIE_SECURE"]
    assert found["SESSION_COOKIE_HTTPONLY"]
    assert found["CSRF_COOKIE_HTTPONLY"]
    assert {found["SESSION_COOKIE_SAMESITE"], found["CSRF_COOKIE_SAMESITE"]} == {"Lax"}
    assert found["SESSION_COOKIE_PATH"] == "/"
    assert found["SESSION_COOKIE_DOMAIN"] is None
    assert found["SECURE_HSTS_SECONDS"] >= 365 * 24 * 3600
    assert found["SECURE_HSTS_INCLUDE_SUBDOMAINS"]
    assert found["DEBUG"] is False


def test_a_fault_tells_nothing_of_the_inside(things, monkeypatch):
    def broken(*_all, **_named):
        raise RuntimeError("the password of the database is hunter2")

    monkeypatch.setattr("tabard.kernel.query.Listing.page", broken)
    client = Client(raise_request_exception=False)
    client.force_login(things.cast.owner)
    for address in ("/posts/", "/api/v1/posts"):
        answer = client.get(address)
        assert answer.status_code == 500, address
        told = answer.content.decode()
        assert [word for word in ("hunter2", "RuntimeError", ".py") if word in told] == []

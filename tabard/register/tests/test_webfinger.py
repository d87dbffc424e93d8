"""Where a handle lives, as its own domain says."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from tabard.cli.register import command
from tabard.connectors.http import Http
from tabard.register.webfinger import PROFILE, Lives, look

ACTOR = "https://social.example.com/users/ann"
PAGE = "https://social.example.com/@ann"


def told(subject: str = "acct:ann@example.com", actor: str = ACTOR, page: str = PAGE) -> dict[str, Any]:
    return {"subject": subject, "links": [{"rel": "self", "href": actor}, {"rel": PROFILE, "href": page}]}


def asked(handle: str, answers: dict[str, Any]) -> Lives | None:
    """`answers` by host: what WebFinger says there, or an address it sends on to."""

    def answer(request: httpx.Request) -> httpx.Response:
        said = answers.get(request.url.host)
        if isinstance(said, str):
            return httpx.Response(302, headers={"location": said})
        return httpx.Response(200, json=said) if said else httpx.Response(404)

    return asyncio.run(look(handle, Http(httpx.MockTransport(answer))))


def test_the_domain_says_on_which_server_it_lives():
    assert asked("ann@example.com", {"example.com": told()}) == Lives(
        "ann@example.com", "social.example.com", PAGE
    )


def test_the_domain_may_send_on_to_its_server():
    answers = {
        "example.com": "https://social.example.com/.well-known/webfinger",
        "social.example.com": told(),
    }
    assert asked("ann@example.com", answers) == Lives("ann@example.com", "social.example.com", PAGE)


def test_a_server_that_names_another_domain_is_believed_when_that_says_the_same():
    both = {"social.example.com": told(), "example.com": told()}
    found = asked("ann@social.example.com", both)
    assert found == Lives("ann@example.com", "social.example.com", PAGE)
    lone = asked("ann@social.example.com", {"social.example.com": told()})
    assert lone == Lives("ann@social.example.com", "social.example.com", PAGE)
    other = {"social.example.com": told(), "example.com": told(actor="https://example.com/users/ann")}
    lies = asked("ann@social.example.com", other)
    assert lies is not None
    assert lies.handle == "ann@social.example.com"


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        {"links": "x"},
        {"links": [{"rel": "self", "href": "javascript:alert(1)"}]},
        {"links": [{"rel": "self", "href": "http://plain.example/"}]},
        "http://plain.example/",
        "https://example.com/again",
    ],
)
def test_nothing_is_made_of_an_answer_that_is_none(said):
    assert asked("ann@example.com", {"example.com": said}) is None


def test_no_private_address_is_asked():
    given = CliRunner().invoke(
        command, ["resolve", "--platform", "mastodon", "--look"], input="@a@127.0.0.1.x\n"
    )
    line = json.loads(given.output)
    assert line["looked"] is None
    plain = CliRunner().invoke(command, ["resolve", "--platform", "mastodon"], input="@a@example.com\n")
    assert "looked" not in json.loads(plain.output)

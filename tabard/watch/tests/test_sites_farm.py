"""Sites that misbehave in every way we know: nothing they say is read as exists or does not exist."""

from __future__ import annotations

import asyncio
import ssl
from urllib.parse import unquote

import pytest

from tabard.connectors.tests.test_certificates import certificate
from tabard.watch.sites.whys import ABSENT, EXISTS, UNSURE
from tabard.watch.tests import farm as farms
from tabard.watch.tests.farm import HERE, HOST, STATUS, TEXT, answer, good, profile, site
from tabard.watch.tests.misbehaving import WAYS

NAMES = ["acme", "nobody.here"]


def run(monkeypatch, behaves, names=NAMES, hosts=(HOST,), checker=(), **definition):
    """What each name was told, and the farm."""

    async def story():
        async with farms.farm(monkeypatch, hosts, **dict(checker)) as (there, asks):
            there.behaves[HOST] = behaves
            found = await asks.check(names, [site(there, **definition)])
            return [each.told for each in found], there, asks

    return asyncio.run(story())


def always(way):
    return lambda asked: good(asked) if asked.path == "/robots.txt" else way(asked)


def for_these(way):
    """Right for those by whom it is checked, wrong for the others."""
    return lambda asked: way(asked) if asked.handle in NAMES else good(asked)


@pytest.mark.parametrize("signs", [TEXT, STATUS], ids=["text", "status"])
@pytest.mark.parametrize("way", WAYS)
def test_a_site_that_always_misbehaves(monkeypatch, way, signs):
    told, there, _asks = run(monkeypatch, always(WAYS[way][0]), signs=signs)
    assert [each.answer for each in told] == [UNSURE, UNSURE]
    assert len(there.came) < 20
    assert all("cookie" not in asked.headers for asked in there.came)


@pytest.mark.parametrize("way", WAYS)
def test_a_site_that_misbehaves_for_the_names_asked(monkeypatch, way):
    told, _there, _asks = run(monkeypatch, for_these(WAYS[way][0]))
    assert [each.answer for each in told] == [UNSURE, UNSURE], told
    why = WAYS[way][1]
    assert told[0].why == (why or told[0].why)
    assert told[1].why in {why or told[1].why, "back-off"}


@pytest.mark.parametrize("signs", [TEXT, STATUS], ids=["text", "status"])
@pytest.mark.parametrize("way", [w for w in WAYS if w not in {"slow", "drips"}])
def test_a_site_that_begins_to_misbehave(monkeypatch, way, signs):
    """It stood its first check; what it said later is not believed either."""
    count = []

    def behaves(asked):
        count.append(asked)
        return good(asked) if len(count) <= 3 else WAYS[way][0](asked)

    told, _there, _asks = run(monkeypatch, behaves, ["acme"], signs=signs)
    assert told[0].answer == UNSURE


def test_a_site_that_behaves(monkeypatch):
    told, there, asks = run(monkeypatch, good, ["acme", "nobody.here", "ACME", "acme.de"])
    assert [each.answer for each in told] == [EXISTS, ABSENT, EXISTS, EXISTS]
    assert told[0].why == "status, text"
    agents = {asked.headers["user-agent"] for asked in there.came}
    assert agents == {"Tabard/0.1.0 (asks whether names are taken)"}
    assert there.paths.count("/robots.txt") == 1
    assert asks.clock.slept >= len(there.came) - 1


def test_a_whole_page_by_http_1_0_counts(monkeypatch):
    def old(asked):
        head, _gap, body = good(asked).partition(b"\r\n\r\n")
        lines = [line for line in head.split(b"\r\n") if not line.startswith(b"content-length")]
        return b"\r\n".join(lines).replace(b"HTTP/1.1", b"HTTP/1.0", 1) + b"\r\n\r\n" + body

    told, _there, _asks = run(monkeypatch, old)
    assert [each.answer for each in told] == [EXISTS, ABSENT]


def test_names_are_written_into_addresses_safely(monkeypatch):
    letters = {"marks": " ._-'&", "least": 1, "most": 60, "unicode": True}
    names = ["Acme Group", "žaba", "x&y", "../robots.txt", "a/b", "a?b", "a#b", "", "a\r\nHost: b", "x" * 99]
    told, there, _asks = run(monkeypatch, good, names, alphabet=letters)
    assert [each.answer for each in told] == [EXISTS, EXISTS, ABSENT] + [UNSURE] * 7
    assert {each.why for each in told[3:]} == {"alphabet"}
    assert {"/u/Acme%20Group", "/u/%C5%BEaba", "/u/x%26y"} <= set(there.paths)


def test_a_name_in_a_question_is_asked_with_whatever_signs_it_has(monkeypatch):
    """Signs that may be written in two ways in an address are no sign of having been sent elsewhere."""

    def behaves(asked):
        name = unquote(asked.path.partition("=")[2])
        return good(asked) if "robots" in asked.path else answer(200, profile(name)) if "'" in name else gone

    async def story():
        async with farms.farm(monkeypatch) as (there, asks):
            there.behaves[HOST] = behaves
            address = f"http://{HOST}:{there.port}/lookup?name={{handle}}"
            wanted = site(there, profile=address, known="kno'wn", alphabet={"marks": "'"})
            return [each.told.answer for each in await asks.check(["ac'me", "acme"], [wanted])]

    gone = answer(404, '<p class="gone">')
    assert asyncio.run(story()) == [EXISTS, ABSENT]


def test_a_redirect_within_the_site_is_followed(monkeypatch):
    def behaves(asked):
        if asked.path.startswith("/u/") and asked.handle.lower() in HERE:
            return answer(301, location=f"http://{HOST}:{asked.headers['host'][-5:]}/@{asked.handle.lower()}")
        return answer(200, profile(asked.handle.lstrip("@"))) if "@" in asked.path else good(asked)

    told, _there, _asks = run(monkeypatch, behaves, ["ACME", "nobody.here"])
    assert [each.answer for each in told] == [EXISTS, ABSENT]


def test_where_a_site_sends_can_be_the_sign(monkeypatch):
    def behaves(asked):
        if asked.path.startswith("/u/") and asked.handle not in HERE:
            return answer(302, location="/gone?from=u")
        return good(asked)

    async def story():
        async with farms.farm(monkeypatch) as (there, asks):
            there.behaves[HOST] = behaves
            sign = {"exists": TEXT["exists"], "absent": {"redirect": f"http://{HOST}:{there.port}/gone"}}
            found = await asks.check(NAMES, [site(there, signs=sign)])
            return [each.told.answer for each in found], there.paths

    answers, paths = asyncio.run(story())
    assert answers == [EXISTS, ABSENT]
    assert not any(path.startswith("/gone") for path in paths)


def test_no_request_goes_to_a_private_address(monkeypatch):
    """Not by the site's own name, nor by a host to which its definition lets it send."""

    def sent(far, asked):
        return answer(302, location=f"https://{far}{asked.path}")

    async def story():
        async with farms.farm(monkeypatch, [HOST]) as (there, asks):
            inside = site(there, profile="https://inside.farm.test/u/{handle}", key="inside")
            far = f"inside.farm.test:{there.port}"
            there.behaves[HOST] = lambda a: good(a) if "robots" in a.path else sent(far, a)
            sends = site(there, hosts=[far], key="sends")
            found = await asks.check(["acme"], [inside, sends])
            return [each.told for each in found], there

    told, there = asyncio.run(story())
    assert [(each.answer, each.why) for each in told] == [(UNSURE, "private-address")] * 2
    assert {asked.host for asked in there.came} == {HOST}


def test_a_certificate_that_nobody_vouches_for(monkeypatch, tmp_path):
    shown = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    shown.load_cert_chain(certificate(tmp_path, "localhost"))

    async def story():
        there = farms.Farm()
        async with (
            await asyncio.start_server(there.serve, "127.0.0.1", 0, ssl=shown) as listening,
            farms.farm(monkeypatch, ["localhost"]) as (_farm, asks),
        ):
            port = listening.sockets[0].getsockname()[1]
            wanted = site(there, profile=f"https://localhost:{port}/u/{{handle}}")
            return [each.told.why for each in await asks.check(NAMES, [wanted])], there.came

    whys, came = asyncio.run(story())
    assert whys == ["tls", "tls"]
    assert came == []

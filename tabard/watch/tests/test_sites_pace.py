"""A site is asked no more often than it and its definition allow, and nothing that its robots.txt forbids."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabard.watch.sites import robots as rules
from tabard.watch.sites.asking import Reply
from tabard.watch.sites.pacing import Day, Host, Memory
from tabard.watch.sites.robots import Robots
from tabard.watch.sites.whys import ABSENT, EXISTS, UNSURE
from tabard.watch.tests import farm as farms
from tabard.watch.tests.farm import HOST, answer, good, site

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def run(monkeypatch, behaves, names=("acme",), rounds=1, memory=None, then=lambda asks: None, **definition):
    """The last round's answers with their whys, and the farm and checker."""

    async def story():
        async with farms.farm(monkeypatch, **({"memory": memory} if memory else {})) as (there, asks):
            there.behaves[HOST] = behaves
            for _round in range(rounds):
                found = await asks.check(list(names), [site(there, **definition)])
                then(asks)
            return [(each.told.answer, each.told.why) for each in found], there, asks

    return asyncio.run(story())


def with_robots(text, status=200, **headers):
    said = answer(status, text, content_type="text/plain", **headers)
    return lambda asked: said if asked.path == "/robots.txt" else good(asked)


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow: /u/", False),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /\nAllow: /u/", True),
        ("User-agent: *\nDisallow: /*/acme$\nDisallow: /u/known", False),
        ("User-agent: Googlebot\nDisallow: /", True),
        ("User-agent: tabard\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Tabard\nAllow: /", True),
        ("<html>No such page</html>", True),
    ],
)
def test_what_robots_txt_forbids_is_not_asked(monkeypatch, text, allowed):
    told, there, _asks = run(monkeypatch, with_robots(text))
    assert told == [(EXISTS, "status, text")] if allowed else [(UNSURE, "robots")]
    if not allowed:
        assert there.paths == ["/robots.txt"]


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_without_a_robots_txt_that_can_be_read_nothing_is_asked(monkeypatch, status):
    told, there, _asks = run(monkeypatch, with_robots("", status))
    assert told == [(UNSURE, "robots-unknown")]
    assert set(there.paths) == {"/robots.txt"}


def test_a_robots_txt_elsewhere_is_not_fetched(monkeypatch):
    told, _there, _asks = run(monkeypatch, with_robots("", 302, location="http://169.254.169.254/robots.txt"))
    assert told == [(UNSURE, "robots-unknown")]


def test_robots_txt_may_be_moved_within_the_host(monkeypatch):
    def behaves(asked):
        if asked.path == "/robots.txt":
            return answer(301, location="/static/robots.txt")
        return answer(200, "User-agent: *\nDisallow: /u/") if "robots" in asked.path else good(asked)

    told, _there, _asks = run(monkeypatch, behaves)
    assert told == [(UNSURE, "robots")]


def test_pauses_that_it_asks_for_are_kept(monkeypatch):
    told, there, asks = run(monkeypatch, with_robots("User-agent: *\nCrawl-delay: 7"))
    assert told == [(EXISTS, "status, text")]
    assert asks.clock.slept == 7 * (len(there.came) - 1)
    told, there, _asks = run(monkeypatch, with_robots("User-agent: *\nCrawl-delay: 3600"))
    assert told == [(UNSURE, "crawl-delay")]
    assert there.paths == ["/robots.txt"]


def test_never_more_in_a_minute_than_the_definition_has(monkeypatch):
    times = []

    def behaves(asked):
        times.append(asks_clock[0]())
        return good(asked)

    asks_clock = []
    real = farms.Clock

    def clock():
        asks_clock.append(real())
        return asks_clock[-1]

    monkeypatch.setattr(farms, "Clock", clock)
    names = [f"name{number}" for number in range(12)]
    told, _there, _asks = run(monkeypatch, behaves, names, budget={"minute": 4, "day": 100})
    assert {answer for answer, _why in told} == {ABSENT}
    for first in times:
        assert sum(first <= each < first + timedelta(seconds=60) for each in times) <= 4


def test_what_a_day_may_cost_is_not_exceeded_and_the_next_day_is_a_new_one(monkeypatch):
    names = [f"name{number}" for number in range(12)]
    told, there, asks = run(monkeypatch, good, names, budget={"day": 8})
    assert told == [(ABSENT, "status, text")] * 3 + [(UNSURE, "budget")] * 9
    assert len(there.came) == 8
    kept = Memory.of(asks.memory.said())
    told, there, _asks = run(monkeypatch, good, names, memory=kept, budget={"day": 8})
    assert {why for _answer, why in told} == {"budget"}
    assert there.came == []
    kept.days["site"].date -= timedelta(days=1)
    told, _there, _asks = run(monkeypatch, good, names, memory=kept, budget={"day": 8})
    assert told[0] == (ABSENT, "status, text")


@pytest.mark.parametrize(
    ("retry", "seconds"),
    [
        ("3600", 3600),
        ("Mon, 23 Nov 2026 10:00:00 GMT", 3600),
        ("", 120),
        ("soon", 120),
        ("-5", 120),
        ("9" * 400, 7 * 86400),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 7 * 86400),
        ("Mon, 23 Nov 2026 99:00:00 GMT", 120),
        ("Mon, 01 Jan 2001 00:00:00 GMT", 120),
    ],
)
def test_who_asks_to_be_left_alone_is(retry, seconds):
    host = Host()
    host.answered(429, retry, NOW)
    assert host.until == NOW + timedelta(seconds=seconds)


def test_after_too_many_requests_nothing_more_is_asked(monkeypatch):
    def behaves(asked):
        return answer(429, retry_after="3600") if asked.handle == "acme" else good(asked)

    names = ["nobody.here", "acme", "second", "third"]
    told, there, _asks = run(monkeypatch, behaves, names)
    # What was told before counts no more: the site cannot be checked again at the end.
    assert told == [(UNSURE, "changed"), (UNSURE, "rate-limited"), (UNSURE, "back-off"), (UNSURE, "back-off")]
    assert there.paths[-1] == "/u/acme"
    asked = len(there.came)

    def forget(asks):
        asks.memory = Memory.of(asks.memory.said())

    told, there, _asks = run(monkeypatch, behaves, names, rounds=2, then=forget)
    assert {why for _answer, why in told} == {"back-off"}
    assert len(there.came) == asked


def test_failures_in_a_row_end_the_batch(monkeypatch):
    def behaves(asked):
        return answer(500) if asked.handle.startswith("name") else good(asked)

    names = [f"name{number}" for number in range(8)]
    told, there, _asks = run(monkeypatch, behaves, names)
    assert [why for _answer, why in told] == ["server-error"] * 3 + ["back-off"] * 5
    assert sum("name" in path for path in there.paths) == 3


def test_a_host_with_two_sites_has_one_request_at_a_time(monkeypatch):
    async def story():
        async with farms.farm(monkeypatch) as (there, asks):
            sites = [site(there, key="one"), site(there, key="two", signs=farms.STATUS)]
            found = await asks.check(["acme", "nobody.here"], sites)
            return [(each.site, each.handle, each.told.answer) for each in found], there

    found, there = asyncio.run(story())
    assert found == [
        ("one", "acme", EXISTS),
        ("two", "acme", EXISTS),
        ("one", "nobody.here", ABSENT),
        ("two", "nobody.here", ABSENT),
    ]
    assert there.most == 1
    assert there.paths.count("/robots.txt") == 1


def test_the_self_check_is_once_a_day_and_its_failure_is_remembered(monkeypatch):
    _told, there, _asks = run(monkeypatch, good, rounds=2)
    assert there.paths.count("/u/known") == 3  # first, and at the end of each round
    told, there, _asks = run(monkeypatch, lambda a: good(a) if "robots" in a.path else answer(200), rounds=3)
    assert told == [(UNSURE, "self-check")]
    assert len(there.came) == 2


def test_a_known_name_that_is_gone_may_have_a_second(monkeypatch):
    told, _there, _asks = run(monkeypatch, good, known=["renamed", "known"])
    assert told == [(EXISTS, "status, text")]
    told, _there, _asks = run(monkeypatch, good, known=["renamed"])
    assert told == [(UNSURE, "self-check")]
    told, _there, _asks = run(monkeypatch, good, impossible="acme")
    assert told == [(UNSURE, "self-check")]


@given(st.binary(max_size=400), st.sampled_from([200, 404, 500]))
def test_any_robots_txt_can_be_read(body, status):
    found = rules.robots(Reply(status, "https://a.example/robots.txt", {}, body), NOW)
    assert found.allows("https://a.example/u/acme") in {True, False}
    assert found.delay >= 0


@given(st.text(max_size=30), st.sampled_from([200, 403, 404, 429, 500, 503]))
def test_any_answer_leaves_a_host_that_can_be_asked_again_some_day(retry, status):
    host = Host(robots=Robots(None, NOW))
    host.answered(status, retry, NOW)
    assert host.until is None or NOW <= host.until <= NOW + timedelta(days=7)


@pytest.mark.parametrize(
    "said",
    [
        None,
        1,
        {},
        {"days": 1, "until": {}},
        {"days": {"a": {}}, "until": {}},
        {"days": {}, "until": {"a": "x"}},
    ],
)
def test_a_memory_of_something_else_is_refused(said):
    with pytest.raises(ValueError, match=r"."):
        Memory.of(said)
    assert Memory.of(Memory(days={"a": Day(NOW.date(), 3)}).said()).days["a"].used == 3

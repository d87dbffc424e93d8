"""Definitions of sites: what is wrong is named by file, key and why; lists of others come row by row."""

from __future__ import annotations

import json
import os

import pytest
import yaml
from click.testing import CliRunner
from httpx import Headers
from hypothesis import given
from hypothesis import strategies as st

from tabard.cli.watch import command
from tabard.watch.sites import reading
from tabard.watch.sites.asking import Reply
from tabard.watch.sites.loading import BUILT_IN, made, read
from tabard.watch.sites.whys import ABSENT, EXISTS, WHYS

GOOD = {
    "site": "example",
    "profile": "https://example.com/u/{handle}",
    "exists": {"status": 200, "text": "profile of {handle}"},
    "absent": {"status": 404},
    "known": ["ann"],
}


def wrong(**more):
    """The keys that are wrong in a definition which is otherwise right."""
    said = {name: value for name, value in (GOOD | more).items() if value is not ...}
    return [each.key for each in made(said)[1]]


def test_a_right_definition():
    found, faults = made(GOOD)
    assert faults == []
    assert found.address("a/b") == "https://example.com/u/a%2Fb"
    assert found.places == {"example.com"}
    assert found.alphabet.allows(found.nobody())


@pytest.mark.parametrize("name", ["site", "profile", "exists", "absent", "known"])
def test_what_is_missing_is_named(name):
    assert wrong(**{name: ...}) == [name]


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"colour": 1}, "colour"),
        ({"site": "Two Words"}, "site"),
        ({"site": 7}, "site"),
        ({"profile": "http://example.com/{handle}"}, "profile"),
        ({"profile": "https://example.com/"}, "profile"),
        ({"profile": "https://{handle}.example.com/"}, "profile"),
        ({"profile": "https://ann:word@example.com/{handle}"}, "profile"),
        ({"profile": "https://example.com/{handle}/{other}"}, "profile"),
        ({"profile": "https://exa mple.com/{handle}"}, "profile"),
        ({"profile": "https://[::1/{handle}"}, "profile"),
        ({"profile": "javascript:{handle}"}, "profile"),
        ({"profile": "https://example.com:99999/{handle}"}, "profile"),
        ({"asks": "ftp://example.com/{handle}"}, "asks"),
        ({"hosts": ["EXAMPLE.com/path"]}, "hosts"),
        ({"headers": {"Cookie": "a=b"}}, "headers.Cookie"),
        ({"headers": {"Authorization": "x"}}, "headers.Authorization"),
        ({"headers": {"Accept": "a\r\nHost: b"}}, "headers.Accept"),
        ({"exists": {"status": 403}}, "exists.status"),
        ({"exists": {"status": 404}}, "exists.status"),
        ({"exists": {"colour": "x"}}, "exists.colour"),
        ({"exists": {"json": {"a": {"b": 1}}}}, "exists.json.a"),
        ({"exists": {"redirect": "https://example.com/x"}}, "exists.redirect"),
        ({"exists": {}}, "exists"),
        ({"absent": {"status": 429}}, "absent.status"),
        ({"absent": {"status": 503}}, "absent.status"),
        ({"absent": {"status": 200}}, "absent"),
        ({"absent": {"status": "404"}}, "absent.status"),
        ({"absent": {"status": []}}, "absent.status"),
        ({"absent": {"text": ""}}, "absent.text"),
        ({"absent": {"redirect": "https://example.com/login"}}, "absent.redirect"),
        ({"known": []}, "known"),
        ({"known": ["a b"]}, "known"),
        ({"impossible": "a b"}, "impossible"),
        ({"alphabet": "klingon"}, "alphabet"),
        ({"alphabet": {"marks": "/"}}, "alphabet.marks"),
        ({"alphabet": {"least": 9, "most": 3}}, "alphabet"),
        ({"alphabet": {"least": True}}, "alphabet.least"),
        ({"budget": {"minute": 0}}, "budget.minute"),
        ({"budget": {"day": 10**9}}, "budget.day"),
        ({"budget": {"second": 1}}, "budget"),
        ({"licence": ["x"]}, "licence"),
    ],
)
def test_what_is_wrong_is_named(more, key):
    assert wrong(**more) == [key]


json_like = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=20)
    | st.sampled_from([200, 404, "{handle}"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from([*GOOD, "asks", "hosts", "headers", "alphabet", "budget", "platform", 3]), json_like
    )
)
def test_any_definition_is_read_or_refused(said):
    site, faults = made({**GOOD, **said})
    assert (site is None) == bool(faults)


plain = st.text(alphabet=[chr(each) for each in range(32, 127)], max_size=30)
TOLD_BY = [
    made(GOOD | {"exists": {"text": "profile of {handle}"}, "absent": {"status": 404, "text": "nobody"}})[0],
    made(
        GOOD
        | {"exists": {"json": {"name.0": "{handle}"}}, "absent": {"status": [200, 404], "json": {"": None}}}
    )[0],
]


@given(
    st.sampled_from(TOLD_BY),
    st.sampled_from([200, 204, 302, 400, 403, 404, 500, 999]),
    st.binary(max_size=200) | st.sampled_from([b"null", b'{"name": ["ann"]}', b"profile of ann", b"nobody"]),
    plain | st.sampled_from(["text/html", "application/json", "text/html; charset=utf-8"]),
    plain,
)
def test_any_answer_can_be_read(site, status, body, kind, onward):
    told = reading.told(
        site, "ann", Reply(status, "https://example.com/u/ann", Headers({"content-type": kind}), body, onward)
    )
    assert told.says
    if told.answer == EXISTS:
        assert (status, onward) == (200, "")
        assert b"ann" in body
    if told.answer == ABSENT:
        assert body in {b"null", b"nobody"} or b"nobody" in body or body.strip() == b"null"


def test_files_and_folders(tmp_path):
    (tmp_path / "a.yaml").write_text(
        yaml.safe_dump_all([GOOD, GOOD, {**GOOD, "site": "two", "known": 5}, [1]])
    )
    (tmp_path / "b.yaml").write_text("site: [")
    (tmp_path / "c.yaml").write_text("a: &a [x]\n" + "b: [" * 3000)
    (tmp_path / "d.yaml").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "e.txt").write_text("not looked at")
    sites, faults = read(tmp_path)
    assert [site.key for site in sites] == ["example"]
    assert [(each.file, each.site, each.key) for each in faults] == [
        ("a.yaml", "example", "site"),
        ("a.yaml", "two", "known"),
        ("a.yaml", "4", ""),
        ("b.yaml", "", ""),
        ("c.yaml", "", ""),
        ("d.yaml", "", ""),
    ]
    assert str(faults[1]) == "a.yaml, site two: known: It is a text that says something."
    assert read(tmp_path / "none.yaml")[1]
    (tmp_path / "empty").mkdir()
    assert read(tmp_path / "empty")[1]


def test_what_comes_with_tabard_is_right_and_has_its_source():
    sites, faults = read(BUILT_IN)
    assert faults == []
    for site in sites:
        assert site.said["source"].startswith("https://")
        assert site.said["seen"] >= "2026-11"
        assert site.in_json


def test_every_reason_is_a_sentence():
    assert all(says.endswith(".") for says in WHYS.values())


def run(*arguments):
    return CliRunner().invoke(command, arguments)


def test_the_commands(tmp_path):
    assert len(run("sites").stdout.splitlines()) == 4
    (tmp_path / "a.yaml").write_text(yaml.safe_dump({**GOOD, "known": 5}))
    said = run("sites", str(tmp_path))
    assert said.exit_code == 1
    assert "a.yaml, site example: known:" in said.stderr
    said = run("check", "ann", "--sites", str(tmp_path))
    assert (said.exit_code, said.stdout) == (2, "")
    said = run("check", "ann", "--sites", "built-in", "--site", "nowhere")
    assert "There is no site called nowhere." in said.stderr
    assert run("check", "ann", "--sites", "built-in", "--contact", "a\nb").exit_code == 2


def test_asking_from_the_command_line(tmp_path, monkeypatch):
    """Nothing but loopback can be called here: no answers, but all of them, and in order."""
    monkeypatch.setitem(os.environ, "TABARD_PRIVATE_HOSTS", "127.0.0.1")
    closed = {**GOOD, "profile": "http://127.0.0.1:9/u/{handle}"}
    inside = {**GOOD, "site": "inside", "profile": "https://localhost:9/u/{handle}"}
    (tmp_path / "a.yaml").write_text(yaml.safe_dump_all([closed, inside]))
    memory = tmp_path / "memory.json"
    said = run("check", "@ann", "žaba!", "--sites", str(tmp_path), "--json", "--memory", str(memory))
    rows = [json.loads(line) for line in said.stdout.splitlines()]
    assert [(row["site"], row["handle"], row["answer"], row["why"]) for row in rows] == [
        ("example", "ann", "could-not-tell", "unreachable"),
        ("inside", "ann", "could-not-tell", "private-address"),
        ("example", "žaba!", "could-not-tell", "alphabet"),
        ("inside", "žaba!", "could-not-tell", "alphabet"),
    ]
    assert set(rows[0]) == {"site", "handle", "url", "answer", "why", "says", "at"}
    assert json.loads(memory.read_text())["days"]["example"]["used"] == 1
    memory.write_text("[]")
    assert run("check", "ann", "--sites", str(tmp_path), "--memory", str(memory)).exit_code == 2
    nowhere = str(tmp_path / "no" / "memory.json")
    assert run("check", "ann", "--sites", str(tmp_path), "--memory", nowhere).exit_code == 2

"""Definitions of sites: what is wrong is named by file, key and why; lists of others come row by row."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tabard.cli.watch import command
from tabard.watch.sites.lists.reading import FORMATS, Unreadable, brought, written
from tabard.watch.sites.loading import BUILT_IN, made, read
from tabard.watch.sites.whys import WHYS

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


WMN = {
    "license": ["x"],
    "sites": [
        {
            "name": "Example One",
            "uri_check": "https://example.com/api/{account}",
            "uri_pretty": "https://example.com/@{account}",
            "e_code": 200,
            "e_string": '"id":',
            "m_code": 404,
            "m_string": '"error"',
            "known": ["ann", "bob", "cid", "dan"],
            "cat": "social",
            "headers": {"Accept": "application/json", "Cookie": "a=b", "User-Agent": "Mozilla"},
            "protection": ["cloudflare"],
        },
        {"name": "Posts", "uri_check": "https://example.com/", "post_body": "{account}"},
        {"name": "Off", "uri_check": "https://example.com/{account}", "valid": False},
        {"name": "Guarded", "uri_check": "https://e.com/{account}", "e_code": 200, "m_code": 403},
        {
            "name": "Plain",
            "uri_check": "http://e.com/{account}",
            "e_code": 200,
            "m_code": 404,
            "known": ["a"],
        },
        "nothing",
        {
            "name": "Own host",
            "uri_check": "https://{account}.e.com/",
            "e_code": 200,
            "m_code": 404,
            "known": ["a"],
        },
        {
            "name": "Alike",
            "uri_check": "https://e.com/{account}",
            "e_code": 200,
            "m_code": 200,
            "e_string": "x",
            "m_string": "",
        },
    ],
}
SHERLOCK = {
    "$schema": "x",
    "One": {
        "url": "https://example.com/{}",
        "urlMain": "https://example.com",
        "errorType": "status_code",
        "username_claimed": "ann",
        "regexCheck": "^[a-z]+$",
    },
    "Two": {
        "url": "https://example.com/{}",
        "errorType": "message",
        "errorMsg": ["Nobody", "Gone"],
        "username_claimed": "ann",
    },
    "Three": {
        "url": "https://example.com/{}",
        "errorType": "response_url",
        "errorUrl": "https://example.com/404",
        "username_claimed": "ann",
    },
    "Login": {
        "url": "https://example.com/{}",
        "errorType": "response_url",
        "errorUrl": "https://example.com/login",
        "username_claimed": "ann",
    },
    "Posts": {"url": "https://example.com/{}", "request_method": "POST", "errorType": "status_code"},
    "Both": {"url": "https://e.com/{}", "errorType": ["message", "status_code"], "errorMsg": "x"},
    "Odd": {"url": ["x"], "errorType": "status_code"},
}
MAIGRET = {
    "engines": {
        "Forum": {
            "site": {
                "checkType": "message",
                "absenceStrs": ["no such member"],
                "url": "{urlMain}/u/{username}",
            }
        }
    },
    "sites": {
        "One": {
            "engine": "Forum",
            "urlMain": "https://forum.example",
            "usernameClaimed": "ann",
            "usernameUnclaimed": "noonewouldeverusethis7",
        },
        "Two": {
            "checkType": "status_code",
            "url": "https://example.com/{username}",
            "presenseStrs": ["totalKarma"],
            "usernameClaimed": "blue",
        },
        "Off": {"disabled": True, "checkType": "status_code"},
        "Sent": {
            "checkType": "response_url",
            "url": "https://example.com/{username}",
            "usernameClaimed": "a",
        },
        "Present": {"checkType": "message", "presenseStrs": ["x"], "url": "https://e.com/{username}"},
    },
}


@pytest.mark.parametrize(
    ("kind", "said", "taken"),
    [
        ("whatsmyname", WMN, [1]),
        ("sherlock", SHERLOCK, [1, 2, 3]),
        ("maigret", MAIGRET, [1, 2]),
    ],
)
def test_lists_of_others_come_row_by_row(tmp_path, kind, said, taken):
    file = tmp_path / "list.json"
    file.write_text(json.dumps(said))
    found = brought(file, kind, "CC BY-SA 4.0")
    assert [each.row for each in found if each.definition] == taken
    assert all(each.why for each in found if not each.definition)
    own = tmp_path / "own.yaml"
    own.write_text(written(found))
    sites, faults = read(own)
    assert faults == []
    assert len(sites) == len(taken)
    assert all(site.said["licence"] == "CC BY-SA 4.0" for site in sites)


def test_what_is_left_out_of_a_row_is_said(tmp_path):
    file = tmp_path / "list.json"
    file.write_text(json.dumps(WMN))
    first = brought(file, "whatsmyname", "x")[0]
    assert first.definition["headers"] == {"Accept": "application/json"}
    assert first.definition["known"] == ["ann", "bob", "cid"]
    assert first.why == [
        "The header Cookie is not sent.",
        "The header User-Agent is not sent.",
        "The list says that the site keeps machines out; expect it not to answer.",
    ]
    file.write_text(json.dumps(MAIGRET))
    forum = brought(file, "maigret", "x")[0].definition
    assert forum["asks"] == "https://forum.example/u/{handle}"
    assert forum["absent"] == {"some": ["no such member"]}


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("text", ["", "[", "[]", "{}", "1", '{"sites": 5}', '"x"', "[" * 100_000])
def test_what_is_no_list_is_refused_or_empty(tmp_path, kind, text):
    file = tmp_path / "list.json"
    file.write_text(text)
    found = []
    with contextlib.suppress(Unreadable):
        found = brought(file, kind, "x")
    assert not any(each.definition for each in found)


@given(json_like, st.sampled_from(sorted(FORMATS)))
def test_any_row_is_taken_or_refused(tmp_path_factory, row, kind):
    file = Path(tmp_path_factory.getbasetemp()) / "row.json"
    of = {"whatsmyname": {"sites": [row]}, "sherlock": {"One": row}, "maigret": {"sites": {"One": row}}}
    file.write_text(json.dumps(of[kind]))
    for each in brought(file, kind, "x"):
        assert each.definition or each.why


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
    file, into = tmp_path / "list.json", tmp_path / "own.yaml"
    file.write_text(json.dumps(WMN))
    said = run("import-sites", str(file), "--format", "whatsmyname", "--licence", "x", "--into", str(into))
    assert said.exit_code == 0
    rows = [json.loads(line) for line in said.stdout.splitlines()]
    assert [row["taken"] for row in rows] == [True] + [False] * 7
    assert "1 of 8 rows taken." in said.stderr
    said = run("import-sites", str(file), "--format", "whatsmyname", "--licence", "x", "--into", str(into))
    assert said.exit_code == 2


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

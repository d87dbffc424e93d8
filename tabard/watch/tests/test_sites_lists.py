"""Lists of sites that others keep come row by row: what was taken, what was left out, and why."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tabard.cli.watch import command
from tabard.watch.sites.lists.reading import FORMATS, Unreadable, brought, written
from tabard.watch.sites.loading import read

json_like = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=20)
    | st.sampled_from([200, 404, "{handle}"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)

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


def test_the_command(tmp_path):
    def run(*arguments):
        return CliRunner().invoke(command, arguments)

    file, into = tmp_path / "list.json", tmp_path / "own.yaml"
    file.write_text(json.dumps(WMN))
    said = run("import-sites", str(file), "--format", "whatsmyname", "--licence", "x", "--into", str(into))
    assert said.exit_code == 0
    rows = [json.loads(line) for line in said.stdout.splitlines()]
    assert [row["taken"] for row in rows] == [True] + [False] * 7
    assert "1 of 8 rows taken." in said.stderr
    said = run("import-sites", str(file), "--format", "whatsmyname", "--licence", "x", "--into", str(into))
    assert said.exit_code == 2

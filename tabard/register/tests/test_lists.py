"""Lists of channels looked at before anybody imports them: what is wrong, and what stands there twice."""

import csv
import json
import os
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from tabard.cli.register import command
from tabard.register.faults import faults

DATA = Path(os.environ.get("TABARD_REFERENCE_DATA", "")) / "data"
reference = [
    pytest.mark.reference,
    pytest.mark.skipif("TABARD_REFERENCE_DATA" not in os.environ, reason="TABARD_REFERENCE_DATA is not set"),
]


@pytest.fixture
def said(tmp_path):
    def run(command_name, content, *more):
        file = tmp_path / "list.csv"
        file.write_text(content)
        result = CliRunner().invoke(command, [command_name, "--file", str(file), *more])
        assert result.exit_code in {0, 1}, result.output
        return [json.loads(line) for line in result.output.splitlines()]

    return run


LIST = """platform,url,department
YouTube,https://youtube.com/@a,Health
YouTube,https://youtube.com/@b,Health
Youtube,https://youtube.com/@c,Health
Intagram,https://instagram.com/d,Health
Twitter,https://www.facebook.com/e,Health
Friendster,https://friendster.com/f,Health
X,https://twitter.com/g,Health
X,https://x.com/G,Transport
Facebok,https://facebook.com/h,Health
Facebook,https://www.facebook.com/pages,Health
Facebook,,Health
twitter,https://x.com/iota,Health
"""


def test_rows_that_are_wrong(said):
    found = {line["row"]: line for line in said("check", LIST)}
    assert {row: line["kinds"] for row, line in found.items()} == {
        3: ["platform-misspelt"],
        4: ["platform-misspelt"],
        5: ["platform-and-link"],
        6: ["platform-unknown", "no-profile"],
        7: ["two-owners"],
        8: ["two-owners"],
        9: ["platform-misspelt"],
        10: ["no-profile"],
        11: ["empty"],
    }
    assert "Transport (row 8)" in found[7]["why"]
    assert "Instagram" in found[4]["why"]


def test_a_word_of_a_path_is_no_handle(said):
    found = said("check", "bioguide,platform,handle\nL1,facebook,profile.php\nL2,facebook,nasa\n")
    assert [(line["row"], line["kinds"]) for line in found] == [(1, ["path-word"])]


CHANNELS = """id,platform,url,unit,language,purpose
1,Twitter,https://twitter.com/Meridian,Foods,en,News
2,X,http://www.x.com/meridian/?lang=en,Care,en,
3,Facebook,https://facebook.com/meridian.en,Foods,en,Recipes and tips
4,Facebook,https://facebook.com/meridian.fr,Foods,fr,Recipes and tips
5,Facebook,https://facebook.com/meridian.kitchen,Foods,en,"recipes, and tips!"
6,Instagram,https://instagram.com/meridian_uk,Foods,en,Recipes
7,Instagram,https://instagram.com/meridian_us,Foods,en,Recipes
8,Instagram,https://instagram.com/meri.dian,Care,en,
9,Instagram,https://instagram.com/meridian,Care,en,
10,,https://meridian.example/about,Care,en,
11,,http://www.meridian.example/about/,Care,en,
12,LinkedIn,https://linkedin.com/company/meridian,Foods,en,News
"""


def test_duplicates_have_reasons_and_siblings_are_none(said):
    found = said("duplicates", CHANNELS)
    assert [line["ids"] for line in found] == [["1", "2"], ["3", "5"], ["8", "9"], ["10", "11"]]
    assert "spellings" in found[0]["reasons"][0]
    assert "purpose" in found[1]["reasons"][0]


def test_resolving_from_the_command_line():
    given = "https://twitter.com/NASA\n\nnasa\nhttps://youtu.be/abc\n"
    result = CliRunner().invoke(command, ["resolve"], input=given)
    one, bare, video = [json.loads(line) for line in result.output.splitlines()]
    assert (one["platform"], one["handle"], one["canonical"]) == ("x", "NASA", "https://x.com/nasa")
    assert bare["why"]
    assert bare["platform"] is None
    assert video["why"]
    result = CliRunner().invoke(command, ["resolve", "--platform", "Twitter"], input="nasa\n")
    assert json.loads(result.output)["canonical"] == "https://x.com/nasa"


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"platform,handle\nx,a\n"])
def test_a_file_that_is_no_such_list_is_refused(tmp_path, content):
    file = tmp_path / "list.csv"
    file.write_bytes(content)
    result = CliRunner().invoke(command, ["duplicates", "--file", str(file)])
    assert result.exit_code == 2
    assert "list.csv" in result.output


class TestRealLists:
    pytestmark = reference

    def rows(self, name):
        with (DATA / name).open() as file:
            return list(csv.DictReader(file))

    def test_handles_that_several_bodies_claim(self):
        rows = self.rows("brand-accounts/accounts_2025-12-29.csv")
        found = {(rows[f.row - 1]["platform"], rows[f.row - 1]["handle"].casefold())
                 for f in faults(rows) if "two-owners" in f.kinds}  # fmt: skip
        known = {
            (row["platform"], row["handle"].casefold())
            for row in self.rows("brand-accounts/handles_shared_by_entities.csv")
        }
        there = {(row["platform"], row["handle"].casefold()) for row in rows}
        assert known & there <= found
        # What is found beyond is one channel written in two ways, with or without its number.
        assert len(found - known) <= 25

    def test_the_duplicates_that_maintainers_found_and_little_else(self):
        known = {(r["platform"], r["handle"]) for r in self.rows("congress-accounts/duplicate_handles.csv")}
        rows = self.rows("congress-accounts/snapshot_2013-01-07_accounts.csv")
        found = {
            (rows[f.row - 1]["platform"], rows[f.row - 1]["handle"].casefold())
            for f in faults(rows)
            if "two-owners" in f.kinds
        }
        there = Counter((row["platform"], row["handle"].casefold()) for row in rows)
        assert {each for each in known if there[each] > 1} <= found
        assert len(found - known) <= 2

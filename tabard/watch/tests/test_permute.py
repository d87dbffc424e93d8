"""Names that others may take: what platforms allow, the likeliest first."""

import csv
import json
import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from tabard.cli.watch import command
from tabard.register.platforms import platforms
from tabard.watch.alphabets import alphabet, alphabets
from tabard.watch.folding import decoded
from tabard.watch.permute import permutations_of

DATA = Path(os.environ.get("TABARD_REFERENCE_DATA", "")) / "data"
real = pytest.mark.skipif(
    "TABARD_REFERENCE_DATA" not in os.environ, reason="TABARD_REFERENCE_DATA is not set"
)
X = re.compile(r"^[A-Za-z0-9_]{1,15}$")


def handles(*arguments):
    return [each.handle for each in permutations_of(*arguments)]


def test_what_comes_first():
    found = handles("Meridian Foods", "instagram", 40)
    for likely in ("meridian.foods", "meridian_foods", "meridianfoodsofficial", "themeridianfoods"):
        assert likely in found
    assert "meridianfoods" not in found


@pytest.mark.parametrize(
    ("family", "one"),
    [
        ("affix", "meridian_help"),
        ("omission", "meridin"),
        ("repetition", "meridiann"),
        ("transposition", "meridina"),
        ("replacement", "meridisn"),
        ("addition", "meridiant"),
        ("number", "meridian1"),
        ("separator", "meridian_"),
        ("leetspeak", "m3ridian"),
        ("homoglyph", "rneridian"),
        ("plural", "meridians"),
    ],
)
def test_each_family_has_its_names(family, one):
    assert family in {each.family for each in permutations_of("meridian", "x", 300) if each.handle == one}


def test_foreign_letters_only_where_they_are_allowed():
    assert all(handle.isascii() for handle in handles("meridian", "x", 5000))
    assert "mеridian" in handles("meridian", "name", 300)  # with a Cyrillic e
    assert "merídian" in handles("meridian", "domain", 300)
    assert "Mеридиан".casefold() not in handles("Меридиан", "x", 300)


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(st.text(max_size=40), st.text("abcdefgh 19_.-", max_size=30)),
    st.sampled_from(["friendster", *alphabets()]),
    st.integers(1, 400),
)
def test_names_are_allowed_other_than_the_name_and_no_more_than_asked(name, platform, limit):
    found = handles(name, platform, limit)
    assert len(found) == len(set(found)) <= limit
    assert name.strip().casefold() not in found
    assert all(alphabet(platform).allows(handle) for handle in found)


def test_alphabets_allow_no_more_than_the_catalogue():
    for slug in set(alphabets()) & set(platforms()):
        known = platforms()[slug]
        for handle in handles("meridian", slug, 300):
            written = known.short_for.format(handle=handle) if known.short_for else handle
            written = f"{handle}@mas.to" if known.federated else written
            assert known.handle.match(written), (slug, handle)
    assert all(X.match(handle) for handle in handles("coca-cola company", "x", 1000))


def test_the_command():
    result = CliRunner().invoke(command, ["permute", "Meridian", "--platform", "Twitter", "--limit", "5"])
    found = [json.loads(line) for line in result.output.splitlines()]
    assert len(found) == 5
    assert all(X.match(each["handle"]) and each["family"] for each in found)


@pytest.mark.reference
@real
@pytest.mark.parametrize(
    ("kind", "limit", "least"), [("typo", 4409, 0.99), ("homoglyph", 4409, 0.97), ("typo", 300, 0.75)]
)
def test_reported_look_alikes_are_thought_of(kind, limit, least):
    with (DATA / "lookalike-domains/reported.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == kind]
    made = {brand: set(handles(brand, "domain", limit)) for brand in {row["brand"] for row in rows}}
    hit = sum(not made[row["brand"]].isdisjoint(re.split(r"[.\-]", decoded(row["domain"]))) for row in rows)
    assert hit / len(rows) >= least

"""The arms: drawn from the name alone, told apart by two features, stored as one word."""

from __future__ import annotations

from itertools import combinations

import pytest

from tabard.kernel.arms import Arms, differ, draw, parse

# The forty units of the demo company in the order in which they were made.
UNITS = {
    "Meridian Foods": "fess.vert.argent.tree",
    "Region North": "quarterly.argent.vert.crescent",
    "Region South": "bend.azure.or.star",
    "Region Asia-Pacific": "pale.vert.argent.star",
    "Brightoat": "chevron.sable.argent.crescent",
    "Harvest & Hearth": "bend.purpure.argent.star",
    "Nordics": "cross.azure.argent.none",
    "Germany": "cross.argent.purpure.none",
    "Benelux": "bordure.azure.argent.roundel",
    "UK & Ireland": "plain.purpure.argent.billet",
    "Careers": "saltire.vert.or.none",
    "Newsroom": "bordure.sable.argent.star",
    "Rodina Dairy": "fess.azure.or.billet",
    "Bulgaria": "bordure.or.azure.star",
    "Solana Citrus": "pale.azure.argent.billet",
    "Iberia": "cross.or.vert.none",
    "Italy": "bend.argent.azure.crescent",
    "Türkiye": "plain.sable.or.billet",
    "Kumo Noodles": "bordure.gules.argent.lozenge",
    "Japan": "quarterly.argent.azure.billet",
    "Australia & NZ": "plain.argent.sable.crescent",
    "South-East Asia": "bend.argent.sable.roundel",
    "Tideline": "chevron.or.gules.none",
    "Consumer Care": "fess.or.azure.crescent",
    "Investor Relations": "bend.or.sable.star",
    "Sustainability": "bordure.or.gules.tree",
    "Foodservice": "chevron.argent.sable.none",
    "Poland": "pale.argent.purpure.roundel",
    "Baltics": "chevron.gules.or.billet",
    "Petit Moulin": "fess.sable.argent.billet",
    "France": "fess.or.vert.billet",
    "Greece": "plain.sable.argent.lozenge",
    "Romania": "quarterly.vert.or.star",
    "Korea": "bend.argent.gules.lozenge",
    "India": "plain.or.purpure.star",
    "Pipwren": "chevron.or.azure.tree",
    "Amber Mill": "quarterly.vert.argent.billet",
    "Meridian Kitchens": "chevron.or.purpure.lozenge",
    "Food Safety": "bordure.argent.purpure.lozenge",
    "Employee Stories": "plain.azure.argent.tree",
}


def drawn_in_order(names: list[str]) -> list[Arms]:
    taken: list[Arms] = []
    for name in names:
        taken.append(draw(name, taken).arms)
    return taken


def differences(one: Arms, other: Arms) -> int:
    return sum(a != b for a, b in zip(one.features, other.features, strict=True))


def test_forty_units_bear_what_the_pictures_show():
    assert [str(arms) for arms in drawn_in_order(list(UNITS))] == list(UNITS.values())


def test_any_two_of_a_hundred_units_differ_in_two_features():
    arms = drawn_in_order([*UNITS, *(f"District {n}" for n in range(60))])
    assert min(differences(a, b) for a, b in combinations(arms, 2)) == 2


def test_beyond_that_units_still_differ_in_one_feature():
    assert len({str(arms) for arms in drawn_in_order([f"Unit {n}" for n in range(200)])}) == 200


def test_when_no_shield_is_left_a_repeat_is_allowed():
    everything = {str(draw(f"x{n}").arms) for n in range(20_000)}
    assert str(draw("Nordics", everything).arms) in everything


def test_spelling_in_capitals_wide_letters_or_with_spaces_changes_nothing():
    assert draw("  NORDICS\u00a0 ").arms == draw("nordics").arms == draw("ＮＯＲＤＩＣＳ").arms


def test_drawing_again_gives_another_shield():
    first = draw("Nordics")
    again = draw("Nordics", start=first.n + 1)
    assert again.n > first.n
    assert again.arms != first.arms


def test_a_colour_only_ever_meets_a_metal():
    for n in range(300):
        arms = draw("Nordics", start=n).arms
        assert (arms.field in {"or", "argent"}) != (arms.part in {"or", "argent"})


def test_a_team_bears_its_parents_field_with_a_mark_of_its_own():
    teams: list[Arms] = []
    for n in range(16):
        teams.append(differ(f"Team {n}", "saltire.vert.or.none", teams).arms)
    assert len({str(team) for team in teams}) == 16
    assert {team.mark for team in teams} == {"label", "canton", "base", "bordure"}
    assert "vert" not in {team.mark_colour for team in teams}
    assert differ("One more", "saltire.vert.or.none", teams).arms.mark


def test_the_charge_of_the_parent_is_left_out():
    assert str(differ("Plants", "fess.vert.argent.tree").arms).startswith("fess.vert.argent.none+")


@pytest.mark.parametrize("text", ["bend.purpure.argent.star", "saltire.vert.or.none+label.gules"])
def test_what_is_stored_reads_back(text: str):
    assert str(parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bend",
        "bend.purpure.azure.star",
        "bend.or.argent.star",
        "bend.or.vert.cat",
        "plain.or.vert.star+x.vert",
    ],
)
def test_what_is_no_shield_is_refused(text: str):
    with pytest.raises(ValueError, match=r"^"):
        parse(text)

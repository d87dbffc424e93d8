"""What waits for whom: the database finds exactly what the rules say of each step."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from tabard.access.actions import make_token
from tabard.approvals import lists
from tabard.approvals.models import Approval, Decision, Step
from tabard.approvals.queries import why_not_decide
from tabard.approvals.rules import open_steps
from tabard.kernel import clock
from tabard.org.actions import say_absent
from tabard.org.reach import reach
from tests.cast import make_channel

WHO = ("owner", "regional", "district", "creator", "publisher", "approver", "analyst", "stranger")


def ask(cast, number: int, *steps: dict, authors: tuple[int, ...] = (), group: int = 0, **more) -> Approval:
    approval = Approval.objects.create(
        subject_kind="variant",
        subject_id=number,
        group_id=group or number,
        title=f"Soup {number} · @nordics_{number}",
        unit=more.pop("unit", cast.nordics),
        author_ids=list(authors),
        digest="x",
        content={"text": "x"},
        asked_by=cast.creator,
        asked_at=clock.now() - timedelta(minutes=number),
        **more,
    )
    Step.objects.bulk_create(Step(approval=approval, name="x", **given) for given in steps)
    return approval


@pytest.fixture
def every(cast):
    """Approvals with every mixture of steps that changes who may decide."""
    people = (cast.approver, cast.district, cast.creator)
    kinds = [
        {"role": "approver"},
        {"role": "publisher"},
        {"role": ""},
        *({"person": each} for each in people),
    ]
    channel = make_channel(cast.nordics, "one")
    number = itertools.count(1)
    for first, second in itertools.product(kinds, kinds[:4]):
        for place in (cast.nordics, cast.north, cast.south):
            ask(cast, next(number), {"position": 0, **first}, {"position": 1, **second}, unit=place)
    for first, own in itertools.product(kinds, (True, False)):
        authors = (cast.approver.pk, cast.district.pk, cast.owner.pk)
        ask(cast, next(number), {"own_work": own, **first}, authors=authors, channel_id=channel.pk)
    for first in kinds:  # decided already: by one of two, in the first step, with both in one turn
        half = ask(cast, next(number), {"needed": 2, **first}, {"position": 1, "role": "approver"})
        Decision.objects.create(
            step=half.steps.get(needed=2), by=cast.approver, yes=True, digest="x", at=clock.now()
        )
        done = ask(cast, next(number), {"done_at": clock.now(), **first}, {"position": 1, "role": "approver"})
        ask(cast, next(number), {"position": 0, **first}, {"position": 0, "role": "approver"})
        Approval.objects.filter(pk=ask(cast, next(number), first).pk).update(state="granted")
        assert done.steps.count() == 2
    return channel


def by_the_rules(by) -> set[int]:
    rows = reach(by, "approvals.decide").narrow(Approval.objects.all(), unit="unit", channel="channel_id")
    return {
        a.pk
        for a in rows.filter(state="asked")
        if any(not why_not_decide(by, a, step) for step in open_steps(a.steps.all()))
    }


@pytest.mark.parametrize("who", WHO)
def test_the_list_has_what_the_rules_allow(cast, every, who):
    by = cast.by(who)
    assert set(lists.waiting(by).values_list("pk", flat=True)) == by_the_rules(by)


def test_a_grant_on_a_channel_and_an_absence_count(cast, every):
    from tabard.org.actions import give_grant
    from tabard.org.models import Role

    owner = cast.by("owner")
    role = Role.objects.get(slug="approver")
    give_grant(owner, cast.nordics, person=cast.stranger, role=role, channel_id=every.pk, reason="x")
    later = clock.now() + timedelta(days=2)
    say_absent(owner, cast.approver, deputy=cast.analyst, starts_at=clock.now(), ends_at=later)
    for who in ("stranger", "analyst"):
        by = cast.by(who)
        found = set(lists.waiting(by).values_list("pk", flat=True))
        assert found == by_the_rules(by)
        assert found


@pytest.fixture
def many(cast):
    """Sixty posts with two placements each, the third ones due."""
    for n in range(1, 61):
        due = clock.now() + timedelta(hours=n) if n % 3 == 0 else None
        for part in (0, 1000):
            ask(cast, n + part, {"role": "approver"}, group=n, due_at=due, note="Please")


def titles(answer) -> list[str]:
    return [row.title for row in answer.context["page"].rows]


def test_the_page_has_one_row_for_each_post_and_leads_further(cast, many, client):
    client.force_login(cast.approver)
    seen, address = [], "/approvals/"
    while address:
        answer = client.get(address)
        page = answer.context["page"]
        assert page.count == 60
        assert {row.waits for row in page.rows} == {2}
        assert len(answer.content) < 60_000
        seen += [row.group_id for row in page.rows]
        address = f"/approvals/?after={page.older}" if page.older else ""
    assert sorted(seen) == list(range(1, 61))
    assert "2 placements" in answer.content.decode()


def test_it_is_searched_narrowed_sorted_and_written_to_a_file(cast, many, client):
    client.force_login(cast.approver)
    assert titles(client.get("/approvals/?q=soup+nordics_1007")) == ["Soup 7 · @nordics_7"]
    assert len(titles(client.get("/approvals/?due=day"))) == 8
    first = client.get("/approvals/?sort=due").context["page"].rows[:2]
    assert [a.group_id for a in first] == [3, 6]
    file = b"".join(client.get("/approvals/csv/?q=soup+nordics_1007")).decode()
    assert file.count("\r\n") == 3
    assert "Soup 1007 · @nordics_1007" in file


def test_the_api_gives_single_placements_each_once(cast, many, client):
    key = make_token(cast.by("approver"), cast.approver, name="reader").key
    bearer = {"Authorization": f"Bearer {key}"}
    seen, after = [], ""
    while after is not None:
        got = client.get(f"/api/v1/approvals?size=50&after={after}", headers=bearer)
        seen += [(row["post_id"], row["content"]["text"]) for row in got.json()["items"]]
        after = got.json()["after"]
    assert sorted(seen) == sorted((n, "x") for n in range(1, 61) for _part in range(2))


def test_the_rest_of_the_list_comes_alone_for_the_live_page(cast, many, client):
    client.force_login(cast.approver)
    part = client.get("/approvals/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert part.count("today-row") == lists.POSTS

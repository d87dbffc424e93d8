"""Who may do what, and why: now, on past days, through absences, after roles and units have changed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tabard.access.actions import leave
from tabard.kernel import clock, permissions
from tabard.kernel.errors import Denied
from tabard.org.actions import carry_out, change_role, end_grant, give_grant, plan, say_absent
from tabard.org.models import Grant, Past, Role, Unit
from tabard.org.people import actor_of
from tabard.org.who import who
from tests.cast import make_channel

DAY = timedelta(days=1)


@pytest.fixture
def long_ago(cast):
    """Everything was given thirty days ago, and the past is known since then."""
    Grant.objects.update(created_at=clock.now() - 30 * DAY, starts_at=clock.now() - 30 * DAY)
    Past.objects.all().delete()
    Past.objects.create(kind="since", thing_id=0, until=clock.now() - 40 * DAY, value={})
    return cast


def happened(days: float) -> None:
    """What has just changed, changed so many days ago."""
    Past.objects.filter(until__gt=clock.now() - timedelta(minutes=10)).update(until=clock.now() - days * DAY)


def names(answer) -> set[str]:
    return {w.person.name for w in answer.rows}


def asked(cast, right="posts.publish", days=0.0, place=None, **more):
    at = clock.now() - days * DAY if days else None
    return who(cast.by("owner"), place=place or cast.nordics.place(), right=right, at=at, **more)


def test_it_says_who_and_because_of_which_grant(cast):
    answer = asked(cast)
    assert names(answer) == {"Ada Berg", "Ingrid Solheim", "Freja Holm", "Tomasz Wilk"}
    chain = {w.person.name: [u.name for u in w.way] for w in answer.rows}
    assert chain["Ingrid Solheim"] == ["Region North", "Nordics"]
    assert chain["Tomasz Wilk"] == ["Nordics"]


def test_it_agrees_with_what_the_program_decides(cast):
    """Every person, right and place of the cast."""
    people = [getattr(cast, n) for n in ("owner", "regional", "creator", "publisher", "leaver", "stranger")]
    for place in (cast.organisation.place(), cast.nordics.place(), make_channel(cast.nordics, "n").place()):
        for right in ("posts.publish", "posts.write", "grants.give", "holds.press"):
            told = names(asked(cast, right, place=place))
            may = {p.name for p in people if permissions.may(actor_of(p, "screen"), right, place)}
            assert may == told & {p.name for p in people}, (right, place)


def test_a_role_may_have_done_more_on_that_day(long_ago):
    role = Role.objects.get(slug="publisher")
    less = [p for p in role.permissions if p != "posts.publish"]
    change_role(long_ago.by("owner"), tree_root(long_ago), role=role, permissions=less)
    happened(2)
    assert "Tomasz Wilk" not in names(asked(long_ago))
    assert "Tomasz Wilk" not in names(asked(long_ago, days=1))
    assert "Tomasz Wilk" in names(asked(long_ago, days=3))


def tree_root(cast) -> Unit:
    return cast.organisation


def test_a_unit_may_have_stood_elsewhere_on_that_day(long_ago):
    by = long_ago.by("owner")
    carry_out(by, plan(by, long_ago.nordics, kind="move", target=long_ago.south, reason="Cost"))
    happened(5)
    long_ago.nordics.refresh_from_db()
    assert names(asked(long_ago)) & {"Ingrid Solheim", "Sofie de Wit"} == {"Sofie de Wit"}
    before = asked(long_ago, days=6)
    assert names(before) & {"Ingrid Solheim", "Sofie de Wit"} == {"Ingrid Solheim"}
    assert [u.name for w in before.rows if w.person == long_ago.regional for u in w.way] == [
        "Region North",
        "Nordics",
    ]


def test_a_channel_may_have_been_elsewhere_on_that_day(long_ago):
    channel = make_channel(long_ago.nordics, "soups")
    type(channel).objects.filter(pk=channel.pk).update(unit=long_ago.south)
    happened(5)
    channel.refresh_from_db()
    assert "Sofie de Wit" in names(asked(long_ago, place=channel.place()))
    before = names(asked(long_ago, place=channel.place(), days=6))
    assert "Sofie de Wit" not in before
    assert "Freja Holm" in before


def test_a_grant_that_has_ended_was_in_force_until_then(long_ago):
    end_grant(long_ago.by("owner"), long_ago.publisher.grants.get(), reason="x")
    Grant.objects.filter(person=long_ago.publisher).update(ended_at=clock.now() - 2 * DAY)
    assert "Tomasz Wilk" not in names(asked(long_ago, days=1))
    assert "Tomasz Wilk" in names(asked(long_ago, days=3))
    assert names(asked(long_ago, days=31)) == set(), "nothing was given yet"


def test_a_grant_went_to_another_unit_with_a_merger(long_ago):
    by = long_ago.by("owner")
    carry_out(by, plan(by, long_ago.nordics, kind="merge", target=long_ago.south, reason="Cost"))
    happened(5)
    assert "Freja Holm" in names(asked(long_ago, place=long_ago.south.place()))
    assert "Freja Holm" not in names(asked(long_ago, place=long_ago.south.place(), days=6))
    assert "Freja Holm" in names(asked(long_ago, days=6))


def test_somebody_who_left_could_before(long_ago):
    leave(long_ago.by("owner"), long_ago.publisher, reason="New job")
    happened(2)
    Grant.objects.filter(person=long_ago.publisher).update(ended_at=clock.now() - 2 * DAY)
    assert "Tomasz Wilk" not in names(asked(long_ago))
    assert "Tomasz Wilk" in names(asked(long_ago, days=3))


def test_who_stands_in_may_and_it_says_for_whom(cast):
    now = clock.now()
    say_absent(
        cast.by("publisher"), cast.publisher, deputy=cast.analyst, starts_at=now, ends_at=now + 3 * DAY
    )
    chains = [w for w in asked(cast).rows if w.person == cast.analyst]
    assert [w.through.person for w in chains] == [cast.publisher]
    alone = who(cast.by("owner"), person=cast.analyst, right="posts.publish")
    assert (len(alone.rows), alone.verdict.allowed) == (1, True)
    assert names(asked(cast, days=1)) == set()


def test_a_grant_on_one_channel_reaches_no_other(cast):
    one, other = make_channel(cast.nordics, "one"), make_channel(cast.nordics, "other")
    role = Role.objects.get(slug="publisher")
    give_grant(cast.by("owner"), cast.nordics, person=cast.analyst, role=role, reason="x", channel_id=one.pk)
    assert "Lena Vogt" in names(asked(cast, place=one.place()))
    assert "Lena Vogt" not in names(asked(cast, place=other.place()))
    assert "Lena Vogt" not in names(asked(cast))


def test_it_is_told_only_to_those_who_may_see_grants_there(cast):
    with pytest.raises(Denied):
        who(cast.by("creator"), place=cast.nordics.place())
    with pytest.raises(Denied) as refused:
        who(cast.by("stranger"), place=cast.nordics.place())
    assert refused.value.hidden
    assert who(cast.by("stranger"), person=cast.creator).rows == []


def test_as_many_questions_for_many_as_for_few(cast):
    def count(**more):
        with CaptureQueriesContext(connection) as caught:
            answer = asked(cast, "", **more)
        return len(caught), len(answer.rows)

    few, few_then = count(), count(days=1)
    role = Role.objects.get(slug="analyst")
    grants = [
        Grant(person=p, role=role, unit=cast.north, starts_at=clock.now(), reason="x")
        for p in [cast.creator, cast.publisher, cast.on_call] * 50
    ]
    Grant.objects.bulk_create(grants)
    many = count()
    assert many[1] > few[1] + 100
    assert (many[0], count(days=1)[0]) == (few[0], few_then[0])
    assert many[0] <= 8


def test_on_screen_as_csv_and_by_api(cast, client):
    client.force_login(cast.owner)
    page = client.get(f"/who/?unit={cast.nordics.pk}&right=posts.publish").content.decode()
    assert "Tomasz Wilk" in page
    assert "Marek Nowak" not in page
    page = client.get(f"/who/?person={cast.creator.pk}&right=posts.publish&unit={cast.nordics.pk}")
    assert "No grant that was in force lets them do this." in page.content.decode()
    lines = b"".join(client.get(f"/who/csv/?unit={cast.nordics.pk}")).decode()
    assert "Region North &gt; Nordics" in lines or "Region North > Nordics" in lines
    told = client.get(f"/api/v1/who?unit_id={cast.nordics.pk}&right=posts.publish").json()
    assert {c["because"] for c in told["chains"]} >= {"Manager on Region North › Nordics"}
    assert client.get("/api/v1/who").status_code == 422
    assert client.get("/who/?day=2020-13-45").status_code == 422
    assert "There is no right" in client.get("/who/?right=x.y").content.decode()


def test_a_day_before_anything_was_kept_says_so(cast, client):
    client.force_login(cast.owner)
    assert "is known since" in client.get(f"/who/?unit={cast.nordics.pk}&day=2020-01-01").content.decode()

"""The job that asks sites for names: only what is switched on, each name once, and believed at the end."""

from __future__ import annotations

import pytest

from tabard.audit.models import Entry
from tabard.kernel.actor import job
from tabard.kernel.errors import Denied
from tabard.watch import actions, asking, site_queries
from tabard.watch.candidates import candidates
from tabard.watch.models import Asked, AskedSite, AskedUnit, Sighting
from tabard.watch.tests.farm import answer, good, profile
from tabard.watch.tests.misbehaving import WAYS
from tests.cast import make_channel

pytestmark = pytest.mark.django_db


def switched(cast, *keys, unit=None):
    by = cast.by("owner")
    for key in keys or ("farm",):
        actions.switch_site(by, cast.organisation, site=key, on=True)
    actions.switch_asking(by, unit or cast.organisation, on=True)


@pytest.fixture
def site(land):
    land.site()
    return land


def test_nothing_is_asked_before_a_site_and_a_unit_are_switched_on(cast, soups, site):
    assert asking.ask() == 0
    actions.switch_site(cast.by("owner"), cast.organisation, site="farm", on=True)
    assert asking.ask() == 0
    assert site.farm.came == []
    actions.switch_asking(cast.by("owner"), cast.nordics, on=True)
    assert asking.ask() == asking.BATCH


def test_only_who_may_switches(cast, site):
    with pytest.raises(Denied):
        actions.switch_site(cast.by("stranger"), cast.organisation, site="farm", on=True)
    with pytest.raises(Denied):
        actions.switch_asking(cast.by("creator"), cast.nordics, on=True)
    actions.switch_asking(cast.by("district"), cast.nordics, on=True)
    assert AskedUnit.objects.get().on


def test_the_nearest_word_counts(cast, soups, site):
    make_channel(cast.south, "southsoups", "instagram")
    switched(cast)
    actions.switch_asking(cast.by("owner"), cast.nordics, on=False)
    asking.ask()
    assert Asked.objects.exists()
    assert {each.channel.handle for each in Asked.objects.all()} == {"southsoups"}


def test_each_name_is_asked_once_and_the_channels_take_turns(cast, soups, site):
    other = make_channel(cast.south, "harbourstew", "instagram")
    switched(cast)
    assert asking.ask() == asking.BATCH
    assert asking.ask() == asking.BATCH
    assert len(site.names()) == len(set(site.names())) == 2 * asking.BATCH
    assert Asked.objects.filter(channel=other).count() == asking.BATCH
    row = AskedSite.objects.get()
    assert (row.stood, row.passed_by) == ("passed", "known")
    # Its file, the names, the first check of the day, and one at the end of each run.
    assert row.used == len(site.farm.came) == 1 + 2 * asking.BATCH + 2 + 4


def there(*names):
    def behaves(asked):
        return answer(200, profile(asked.handle)) if asked.handle in names else good(asked)

    return behaves


def test_who_is_there_becomes_a_sighting(cast, soups, land, monkeypatch):
    host = "www.instagram.com"
    land.site(host=host, platform="instagram", profile=f"http://{host}:{land.farm.port}/{{handle}}")
    land.farm.behaves[host] = there("nordicsoupsofficial", "nordicsoupshelp")
    switched(cast)
    asking.ask()
    found = Sighting.objects.filter(source="check")
    assert {each.handle for each in found} == {"nordicsoupsofficial", "nordicsoupshelp"}
    assert {each.like for each in found} == {soups}
    shown = {c.handle: c for c in candidates(cast.by("district"), soups)}
    assert shown["nordicsoupsofficial"].found
    assert shown["nordicsoupsofficial"].asked[0].answer == "exists"
    said = Entry.objects.get(action="site.count")
    assert "farm" in str(vars(said))


# What each way means is held by the tests of the checker; here that nothing of it becomes a sighting.
SOME = ["shield with 200", "too many", "soft 404 with the name", "loop", "never answers", "both signs",
        "wrong letters", "gzip bomb", "sent to metadata", "closes early"]  # fmt: skip


@pytest.mark.parametrize("way", SOME)
def test_nothing_that_a_site_says_wrongly_becomes_a_sighting(cast, soups, site, way):
    def behaves(asked):
        return good(asked) if asked.handle in {"known", "robots.txt"} else WAYS[way][0](asked)

    site.farm.behaves["site.farm.test"] = behaves
    switched(cast)
    asking.ask()
    assert not Asked.objects.exclude(answer="could-not-tell").exists()
    assert not Sighting.objects.exists()
    (shown,) = [each for each in site_queries.sites(cast.by("owner")) if each.site.key == "farm"]
    assert shown.row.stood in {"failed", "unsure"}
    assert shown.why


def test_a_site_that_changes_its_mind_is_not_believed(cast, soups, site):
    count = []

    def behaves(asked):
        count.append(asked)
        return good(asked) if len(count) < 10 else answer(200, profile(asked.handle))

    site.farm.behaves["site.farm.test"] = behaves
    switched(cast)
    asking.ask()
    assert set(Asked.objects.values_list("answer", "why", "counts")) == {("could-not-tell", "changed", True)}
    assert AskedSite.objects.get().why == "changed"
    site.farm.came.clear()
    assert asking.ask() == 0
    assert site.farm.came == []


def test_switching_off_stops_at_once(cast, soups, site):
    """In the midst of a run: what is under way was not asked, and nothing else is."""
    switched(cast)
    step = asking._SiteTurn.after

    def then_off(self, told):
        if self.answers == 3:
            AskedSite.objects.update(on=False)
        return step(self, told)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(asking._SiteTurn, "after", then_off)
        asking.ask()
    assert Asked.objects.count() == 4
    assert not Asked.objects.filter(answer="").exists()
    assert not Asked.objects.filter(counts=True).exists()
    AskedSite.objects.update(on=True)
    asking.ask()
    assert len(site.names()) == len(set(site.names()))
    assert not Asked.objects.filter(counts=False).exists()


def test_a_process_that_dies_leaves_one_name_to_be_asked_again(cast, soups, site):
    switched(cast)
    written = asking._SiteTurn._answered

    class Killed(BaseException):
        pass

    def dies(self, one, told):
        if self.answers == 3:
            raise Killed
        return written(self, one, told)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(asking._SiteTurn, "_answered", dies)
        with pytest.raises(Killed):
            asking.ask()
    assert Asked.objects.filter(answer="").count() == 1
    asking.ask()
    twice = [name for name in site.names() if site.names().count(name) > 1]
    assert len(twice) == 2
    assert len(set(twice)) == 1
    assert not Asked.objects.filter(counts=False).exists()


def test_the_budget_of_a_day_holds_over_runs(cast, soups, land):
    land.site(budget={"minute": 60, "day": 12})
    switched(cast)
    for _run in range(3):
        asking.ask()
    assert len(land.farm.came) <= 12
    assert Asked.objects.filter(counts=True).count() == len(land.names()) > 3


def test_answers_are_of_those_who_may_see_the_channel(cast, soups, site):
    switched(cast)
    asking.ask()
    assert len(site_queries.answers(cast.by("district"), None)) == asking.BATCH
    assert site_queries.answers(cast.by("stranger"), None) == []


def test_the_screen_and_the_api_switch_and_show(cast, soups, site, client, settings):
    client.force_login(cast.owner)
    assert "Nothing is asked" in client.get("/watch/sites/").text
    client.post("/watch/sites/?site=farm", {"on": "on"})
    client.post("/watch/sites/", {"on": "on"})
    asking.ask()
    page = client.get("/watch/sites/?site=farm").text
    assert "Passed" in page
    assert "nordicsoups" in page
    assert "http://site.farm.test" in page
    shown = client.get("/api/v1/name-sites").json()
    (farm,) = [each for each in shown if each["site"] == "farm"]
    assert (farm["on"], farm["stood"], farm["robots"]) == (True, "passed", "allowed")
    assert farm["counts"] == {"does-not-exist": asking.BATCH}
    client.post("/watch/sites/?site=farm", {"on": "off"})
    assert not AskedSite.objects.get().on


def test_a_job_that_has_nothing_to_say_writes_nothing_into_the_log(cast, site):
    switched(cast)
    asking.ask()
    assert not Entry.objects.filter(action="site.count").exists()
    actions.count_answers(job("watch", "watch.decide"), cast.organisation, site="farm")

"""How much one person, key or address may ask: slowed with a sentence, each alone, over all processes."""

import time
from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client, RequestFactory
from django.urls import reverse

from tabard.access import closing, rate
from tabard.access.actions import make_token
from tabard.access.models import Level
from tabard.access.tests.scim_client import Speaker
from tabard.access.tests.test_sessions import browser
from tabard.audit.models import Refusal
from tabard.kernel.errors import Hurried

A = "a" * 64


class Seconds:
    """They stand still, and go on by `seconds.on(1)`."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now

    def on(self, seconds):
        self.now += seconds


@pytest.fixture
def seconds():
    return Seconds()


@pytest.fixture(autouse=True)
def process(settings, monkeypatch, seconds):
    """A process that has counted nothing, and room for forty requests in a minute."""
    monkeypatch.setattr(rate, "LEVELS", rate.Levels(seconds))
    for name in ("", "KEY_", "DIRECTORY_", "ADDRESS_"):
        setattr(settings, f"{name}REQUESTS_A_MINUTE", 40)


def many(ask):
    """The first refusal: after forty answers, and what has drained meanwhile by the database's clock."""
    began = time.monotonic()
    for count in range(200):
        answer = ask()
        if answer.status_code == 429:
            assert 40 <= count <= 42 + (time.monotonic() - began) * 40 / 60
            return answer
    raise AssertionError("nobody was refused")


def test_somebody_who_asks_too_much_is_told_when_to_come_again(cast):
    client, other = browser(cast.creator), browser(cast.publisher)
    late = many(lambda: client.get("/sessions/"))
    assert 1 <= int(late["Retry-After"]) <= 2
    assert "Too many requests. Wait" in late.text
    assert other.get("/sessions/").status_code == 200, "nobody else waits"
    told = client.get("/api/v1/sessions")
    assert (told.status_code, told["Content-Type"]) == (429, "application/problem+json")
    assert "Too many requests" in told.json()["detail"]
    assert int(told["Retry-After"]) >= 1
    assert browser(cast.creator).get("/sessions/").status_code == 429, "another browser is the same person"


def test_what_was_written_is_not_lost_where_a_form_comes_too_soon(cast):
    client = browser(cast.creator)
    many(lambda: client.get("/sessions/"))
    late = client.post("/posts/new/", {"title": "A title that took long to find"})
    assert late.status_code == 429
    assert "A title that took long to find" in late.text


def test_a_part_that_comes_too_soon_is_a_toast(cast):
    client = browser(cast.creator)
    many(lambda: client.get("/sessions/"))
    late = client.get("/sessions/", headers={"HX-Request": "true"})
    assert (late.status_code, late["HX-Reswap"]) == (429, "none")
    assert late["Retry-After"]


def test_a_key_waits_alone(cast, settings):
    settings.REQUESTS_A_MINUTE = settings.ADDRESS_REQUESTS_A_MINUTE = 0
    keys = [make_token(cast.by("owner"), cast.owner, name=name).key for name in ("one", "two")]
    one, two = (Client(headers={"Authorization": f"Bearer {key}"}) for key in keys)
    late = many(lambda: one.get("/api/v1/units"))
    assert late.json()["detail"].startswith("Too many requests")
    assert late["Retry-After"]
    assert two.get("/api/v1/units").status_code == 200
    assert browser(cast.owner).get("/api/v1/units").status_code == 200


def test_keys_that_open_nothing_are_tried_no_faster(db, cast):
    late = many(lambda: Client().get("/api/v1/units", headers={"Authorization": "Bearer tbd_x"}))
    assert late.status_code == 429
    assert Client(REMOTE_ADDR="198.51.100.1").get("/api/v1/units").status_code == 401


def test_nothing_is_read_faster_by_whoever_shows_a_key_where_nobody_looks_at_it(db):
    shown = RequestFactory(headers={"Authorization": "Bearer x"}).get("/api/v1/openapi.json")
    with pytest.raises(Hurried):
        any(rate.stranger(shown) for _ in range(60))
    shown.path_info = "/api/v1/units"
    assert not any(rate.stranger(shown) for _ in range(60)), "there the key is looked at"


def test_a_directory_is_told_as_its_protocol_has_it(cast):
    entra = Speaker(cast.nordics)
    late = many(lambda: entra.ask("GET", "/ServiceProviderConfig"))
    assert late["Retry-After"]
    assert late.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert late.json()["status"] == "429"


def test_somebody_whom_nobody_knows_waits_by_their_network(cast):
    here = Client(REMOTE_ADDR="2001:db8::1")
    many(lambda: here.get(reverse("account_login")))
    neighbour, elsewhere = Client(REMOTE_ADDR="2001:db8::2"), Client(REMOTE_ADDR="2001:db8:1::1")
    assert neighbour.get(reverse("account_login")).status_code == 429
    assert elsewhere.get(reverse("account_login")).status_code == 200
    signed_in = browser(cast.creator)
    assert signed_in.get("/sessions/", REMOTE_ADDR="2001:db8::1").status_code == 200


def test_a_whole_list_as_a_file_costs_more_than_a_page_of_it(cast):
    client = browser(cast.creator)
    assert [client.get("/posts/csv/").status_code for _ in range(3)] == [200, 200, 429]


def test_all_processes_count_together(db, seconds):
    nodes = [rate.Levels(seconds) for _ in range(4)]
    let, began = 0, time.monotonic()
    for n in range(4000):
        let += nodes[n % 4].wait(A, 600) == 0
    drained = (time.monotonic() - began) * 600 / 60  # by the database's clock
    assert 600 <= let <= 600 + 4 * 600 / rate.PARTS + drained
    assert min(node.wait(A, 600) for node in nodes) >= 1


def test_it_drains_and_then_goes_on_at_the_rate(db, seconds):
    here = rate.Levels(seconds)
    began = time.monotonic()
    assert 60 <= sum(here.wait(A, 60) == 0 for _ in range(100)) <= 61 + time.monotonic() - began
    assert here.wait(A, 60) == 1
    seconds.on(10)
    Level.objects.update(at=F("at") - timedelta(seconds=10))  # the database's clock went on as well
    assert 10 <= sum(here.wait(A, 60) == 0 for _ in range(100)) <= 12 + time.monotonic() - began
    assert here.wait(A, 60, cost=20) >= 10, "as long as it takes to have room for all of it"


def test_hardly_anybody_costs_a_question(db, seconds, django_assert_num_queries):
    here = rate.Levels(seconds)
    with django_assert_num_queries(0):
        for _ in range(3600):  # an hour of one request a second
            seconds.on(1)
            here.wait(A, 1200)
        for _ in range(58):  # and then one after the other, faster than anybody reads
            here.wait(A, 1200)
    with django_assert_num_queries(1):
        here.wait(A, 1200)


def test_the_clock_of_the_database_set_back_keeps_nobody_out(db, seconds):
    here = rate.Levels(seconds)
    while not here.wait(A, 40):
        pass
    Level.objects.update(at=F("at") + timedelta(days=1))
    other = rate.Levels(seconds)
    for _ in range(6):
        other.wait(A, 40)
    assert abs(Level.objects.get().at.timestamp() - time.time()) < 60, "it drains from now on"


def test_zero_is_no_limit(cast, settings):
    settings.REQUESTS_A_MINUTE = 0
    client = browser(cast.creator)
    assert {client.get("/sessions/").status_code for _ in range(60)} == {200}
    assert not Level.objects.exists()


def test_it_stands_in_the_log_once_a_minute_and_costs_nothing_else(cast, django_assert_max_num_queries):
    client = browser(cast.creator)
    many(lambda: client.get("/sessions/"))
    with django_assert_max_num_queries(3):  # who asks; nothing is counted, looked up or drawn
        assert client.get("/sessions/").status_code == 429
    row = Refusal.objects.get(action="refused.hurry")
    assert (row.count, row.who) == (1, cast.creator.name)


def test_what_is_remembered_has_an_end(db, seconds, monkeypatch):
    monkeypatch.setattr(rate, "MOST", 10)
    here = rate.Levels(seconds)
    for n in range(50):
        here.wait(f"{n:064}", 600)
    assert len(here._known) == 10
    Level.objects.create(mark=A, level=1, at="2020-01-01T00:00:00Z")
    closing.close()
    assert not Level.objects.filter(mark=A).exists()

"""The large organisation of `tabard demo --scale full`, in small, and searching in it."""

import pytest

from tabard.demo import scale
from tabard.org.models import Person
from tabard.org.people import actor_of
from tabard.posts.models import Post, Variant
from tabard.posts.queries import posts
from tabard.publishing.models import Delivery


@pytest.fixture
def small(db):
    scale.load(scale.Size(posts=900, people=300, channels=120, units=30))


def test_it_is_whole_and_its_people_can_look(small, client):
    assert Post.objects.count() == Variant.objects.count() == 900
    assert set(Delivery.objects.values_list("state", flat=True)) >= {"sent", "queued", "failed"}
    for _what, _role, email in scale.SIGN_IN:
        client.force_login(Person.objects.get(email=email))
        assert client.get("/").status_code == client.get("/posts/").status_code == 200


def test_many_finds_come_by_title_in_the_order_of_all_titles(small, monkeypatch):
    by = actor_of(Person.objects.get(email="owner@meridian.example"), "screen")
    one_by_one = posts(by, None, {"q": ["soup"], "sort": ["title"]})
    monkeypatch.setattr("tabard.kernel.query.COUNTED", 1)
    sorted_apart = posts(by, None, {"q": ["soup"], "sort": ["title"]})
    assert len(one_by_one.rows) > 1
    assert sorted_apart.rows == one_by_one.rows


def test_the_guards_are_back_afterwards(small):
    from django.db import IntegrityError, InternalError, connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'guard_%' AND tgenabled <> 'O'")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM pg_indexes WHERE tablename = 'posts_post'")
        assert cursor.fetchone()[0] > 8
    with pytest.raises((IntegrityError, InternalError)):
        Variant.objects.filter(state="handed_over").update(state="in_review")


WRITTEN = {
    "en": "Winter soups: roast pumpkin, C++ & café",
    "de": "Kürbissuppe für Straßenfeste",
    "bg": "Супа на деня от Пирдоп",
    "ja": "東京都のスープ",
    "th": "ซุปฟักทอง",
    "ar": "حساء الشتاء",
    "ko": "겨울 수프",
}


@pytest.mark.parametrize(
    ("typed", "language"),
    [
        ("winter", "en"),
        ("PUMP roast", "en"),
        ("cafe", "en"),
        ("kurbis", "de"),
        ("strassen", "de"),
        ("СУПА пирд", "bg"),
        ("京都", "ja"),
        ("スープ", "ja"),
        ("ฟักทอง", "th"),
        ("الشتاء", "ar"),
        ("수프", "ko"),
        ("겨", "ko"),
    ],
)
def test_words_are_found_in_any_script(cast, typed, language):
    from tabard.posts.actions import make_post

    for code, said in WRITTEN.items():
        make_post(cast.by("creator"), cast.nordics, title=f"In {code}", text=said)
    found = posts(actor_of(cast.creator, "screen"), None, {"q": [typed]}).rows
    assert [p.title for p in found] == [f"In {language}"]


@pytest.mark.parametrize("typed", ["!!!", "' | soup", "soup:*", "\\", "<-> (", "京 京都京"])
def test_odd_searches_are_only_words(cast, typed):
    posts(actor_of(cast.creator, "screen"), None, {"q": [typed]})

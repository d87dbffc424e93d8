"""The pages: what a person sees, in two languages, and that nothing said on them can do harm."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from tabard.practice import words
from tabard.practice.render import linked

from .conftest import Town

HERE = Path(words.__file__).parent
HERE_ITSELF = {"Host": "localhost"}
BULGARIAN = {"Accept-Language": "bg-BG,bg;q=0.9,en;q=0.8"}


@pytest.fixture
def alive(town: Town) -> Town:
    """A town in which something has happened."""
    town.post("Our shop opens tomorrow at ten. #opening")
    for n in range(8):
        town.post(f"Number {n}: what would you like to read here?")
    town.pass_(6 * 3600)
    town.inbox()
    return town


def person_with_a_message(town: Town) -> str:
    return str(town.net.store.value("SELECT person FROM message WHERE at <= ? ORDER BY at LIMIT 1", town.now))


@pytest.mark.parametrize("language", ["en", "bg"])
def test_every_page_can_be_looked_at_in_both_languages(alive, language):
    person = person_with_a_message(alive)
    paths = [
        "/",
        "/@meridian",
        "/@meridian/1",
        "/@meridian/messages",
        f"/@meridian/messages/{person}",
        f"/@{person}",
    ]
    paths += ["/search", "/search?q=shop", "/search?q=zzz", "/switches", "/switches?for=meridian", "/join"]
    headers = BULGARIAN if language == "bg" else {}
    for path in paths:
        page = alive.ask("GET", path, headers=headers)
        assert page.status_code == 200, path
        assert f'<html lang="{language}">' in page.text
        assert page.text.count("<h1") == 1
        banner = "nothing here is public" if language == "en" else "нищо тук не е публично"
        assert banner in page.text
        assert "default-src 'self'" in page.headers["content-security-policy"]


def test_every_sentence_of_the_pages_has_its_bulgarian():
    used = set()
    for path in [*HERE.glob("templates/*.html"), HERE / "render.py", HERE / "desk.py", HERE / "pages.py"]:
        text = path.read_text()
        used |= {
            found[1]
            for found in re.finditer(r"""\b_\(\s*(["'])(.+?)\1""", text)
            for found in [[None, found[2]]]
        }
        used |= {one for pair in re.findall(r'many\([^,]+, "(.+?)", "(.+?)"\)', text) for one in pair}
        used |= set(re.findall(r'words_for\(request\)\(\s*"(.+?)"', text))
    assert len(used) > 60
    assert sorted(used - set(words.BULGARIAN)) == []
    for english, bulgarian in words.BULGARIAN.items():
        assert set(re.findall(r"%\(\w+\)s", english)) == set(re.findall(r"%\(\w+\)s", bulgarian)), english


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("bg", "bg"),
        ("de,bg;q=0.5,en;q=0.4", "bg"),
        ("en;q=0.9,bg;q=0.8", "en"),
        ("bg;q=x,,;", "en"),
    ],
)
def test_the_reader_is_spoken_to_in_the_language_of_the_browser(header, language):
    assert words.language_of(header) == language


def test_a_post_shows_its_likes_and_comments_and_who_said_them(alive):
    page = alive.ask("GET", "/@meridian/1").text
    comments = alive.ask("GET", "/api/posts/1/comments", by="meridian").json()["comments"]
    assert comments
    for comment in comments:
        assert comment["author"]["name"] in unescape(page)
    text = unescape(re.sub(r"<[^>]+>", "", page))
    for comment in comments:
        assert comment["text"] in text


def test_the_front_page_is_never_empty(town):
    page = town.ask("GET", "/").text
    assert page.count("<article") >= 20
    earlier = re.search(r'href="(/\?until=[^"]+)"', page)
    assert earlier
    town.post("Brand new")
    assert "Brand new" in town.ask("GET", "/").text
    assert "Brand new" not in town.ask("GET", earlier[1]).text


def test_a_comments_address_leads_to_its_place_under_the_post(alive):
    comment = alive.ask("GET", "/api/posts/1/comments", by="meridian").json()["comments"][0]
    answer = alive.ask("GET", comment["url"])
    assert (answer.status_code, answer.headers["location"]) == (303, f"/@meridian/1#c{comment['id']}")
    assert f'id="c{comment["id"]}"' in alive.ask("GET", "/@meridian/1").text


@pytest.mark.parametrize(
    "path", ["/@nobody", "/@meridian/999", "/@meridian/messages/nobody", "/nope", "/media/9"]
)
def test_what_is_not_there_says_so(town, path):
    answer = town.ask("GET", path)
    assert answer.status_code == 404
    assert "There is no such page." in answer.text


def test_search_finds_words_people_and_channels_in_any_case_and_script(town):
    town.post("Утре ОТКРИВАМЕ новия магазин")
    assert "новия магазин" in town.ask("GET", "/search", params={"q": "откриваме"}).text
    assert "@meridian" in town.ask("GET", "/search", params={"q": "FOODS"}).text
    person = next(iter(town.net.people.values()))
    assert person.name in town.ask("GET", "/search", params={"q": person.handle}).text
    assert "новия магазин" not in town.ask("GET", "/search", params={"q": "%"}).text


def test_what_people_write_cannot_become_markup():
    assert linked("<script>") == "&lt;script&gt;"
    assert linked('https://x.example/"><b>') == (
        '<a href="https://x.example/" rel="nofollow noreferrer">x.example/</a>&#34;&gt;&lt;b&gt;'
    )
    assert (
        linked("@mira.p, #тиква!")
        == '<a href="/@mira.p">@mira.p</a>, <a href="/search?q=%23тиква">#тиква</a>!'
    )


def test_hostile_text_is_shown_as_text(town):
    evil = "<img src=x onerror=alert(1)> {{ 7*7 }} javascript:alert(1) \"'>"
    town.channel("evil", evil[:60])
    post = town.post(evil, by="evil").json()["id"]
    town.pass_(3600)
    for path in ("/", "/@evil", f"/@evil/{post}", "/switches", "/avatar/evil.svg"):
        assert "<img src=x" not in town.ask("GET", path).text


# At the desk


def test_the_switches_are_turned_by_form_on_the_machine_itself(town):
    form = {
        "for": "*",
        "slow": "0,01",
        "lost_after": "",
        "limit_n": "3",
        "limit_seconds": "60",
        "keys": "honoured",
    }
    answer = town.ask("POST", "/switches", data=form, headers=HERE_ITSELF)
    assert answer.status_code == 303
    assert town.net.switches.everything() == {
        "*": {"slow": 0.01, "limit": {"n": 3, "seconds": 60.0}, "keys": "honoured"}
    }
    page = town.ask("GET", answer.headers["location"]).text
    assert "slow, 0.01 s a call" in page
    assert "Done." in page
    town.ask("POST", "/switches", data={"do": "reset"}, headers=HERE_ITSELF)
    assert town.net.switches.everything() == {}


def test_a_channels_form_sets_only_what_differs_from_the_network(town):
    town.turn(slow=0.02)
    form = {"for": "meridian", "slow": "0.02", "down": "on", "keys": "kept"}
    town.ask("POST", "/switches", data=form, headers=HERE_ITSELF)
    assert town.net.switches.everything()["meridian"] == {"down": True}


def test_nonsense_in_the_form_is_named_and_changes_nothing(town):
    answer = town.ask("POST", "/switches", data={"for": "*", "slow": "much"}, headers=HERE_ITSELF)
    assert answer.status_code == 422
    assert "“much” is no number." in answer.text
    assert town.net.switches.everything() == {}


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "practice.example.org"},
        {"Host": "localhost", "X-Forwarded-For": "203.0.113.9"},
    ],
)
def test_from_elsewhere_the_switches_ask_for_the_admin_token(town, headers):
    form = {"for": "*", "down": "on"}
    assert town.ask("POST", "/switches", data=form, headers=headers).status_code == 403
    assert town.net.switches.everything() == {}
    assert 'name="admin"' in town.ask("GET", "/switches", headers=headers).text
    assert (
        town.ask("POST", "/switches", data={**form, "admin": town.net.admin}, headers=headers).status_code
        == 303
    )
    assert town.net.switches.everything() == {"*": {"down": True}}


@pytest.mark.parametrize(
    "path", ["/switches", "/speak", "/join", "/@meridian/token", "/@meridian/administrators"]
)
@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_another_sites_page_can_press_nothing(town, path, headers):
    person = next(iter(town.net.people))
    form = {"down": "on", "as": person, "text": "x", "to": "meridian", "name": "X", "handle": "x"}
    assert town.ask("POST", path, data=form, headers=headers).status_code == 403
    assert town.net.switches.everything() == {}
    assert town.ask("GET", "/@x").status_code == 404
    assert town.post().status_code == 201


def test_a_channel_made_by_form_has_a_token_that_works(town):
    page = town.ask("POST", "/join", data={"name": "Меридиан", "handle": "meridian_bg"})
    token = re.search(r"<code>(.+?)</code>", page.text)
    assert page.status_code == 201
    assert token
    assert town.post(by=token[1]).status_code == 201
    again = town.ask("POST", "/join", data={"name": "Меридиан", "handle": "meridian_bg"})
    assert again.status_code == 409
    assert 'value="Меридиан"' in again.text


def test_a_trainer_speaks_as_somebody_and_the_channel_hears_it(town):
    person = next(iter(town.net.people))
    post = town.post().json()["id"]
    for form in (
        {"as": person, "text": "This is broken!", "under": post},
        {"as": person, "text": "Privately: it is broken.", "to": "meridian"},
        {"as": person, "text": "Do not buy at @meridian"},
    ):
        assert town.ask("POST", "/speak", data=form).status_code == 303
        town.pass_(0.2)
    heard = [
        (item["kind"], item["from"]["handle"])
        for item in town.inbox()["items"]
        if item["from"]["handle"] == person
    ]
    assert heard == [("comment", person), ("message", person), ("mention", person)]
    assert town.ask("POST", "/speak", data={"as": "nobody", "text": "x"}).status_code == 422

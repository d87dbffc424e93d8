"""The frame: rail, look, times and the page of components."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import timezone, translation

from tabard.kernel import clock
from tabard.kernel.arms import CHARGES, COLOURS, DIVISIONS, MARKS
from tabard.web import arms_svg, built, icons, rail
from tabard.web.components.figures import diff, sparkline
from tabard.web.components.small import arms, badge, button, face
from tabard.web.components.times import due_words, near
from tabard.web.states import STATES
from tabard.web.templatetags import ui
from tests.cast import Cast

NOON = datetime(2026, 11, 17, 12, 0, tzinfo=UTC)


def test_the_rail_shows_only_pages_that_exist(monkeypatch: pytest.MonkeyPatch):
    known = {"today": "/", "posts": "/posts/", "settings": "/settings/"}
    monkeypatch.setattr(rail, "address", lambda *names: next((known[n] for n in names if n in known), ""))
    entries = rail.rail("/posts/12/", {"today": 9})
    assert [(e.routes[0], e.current, e.count) for e in entries] == [
        ("today", False, 9),
        ("posts", True, None),
        ("settings", False, None),
    ]
    assert [len(group) for group in rail.Frame(entries).groups] == [2, 1]


@pytest.mark.parametrize("language", ["en", "bg"])
def test_the_page_of_components_draws_everything(client: Client, settings, language: str):
    settings.LOCAL = True
    client.cookies["django_language"] = language
    html = client.get("/ui/").content.decode()
    assert len(re.findall('class="sheet"', html)) == 4
    assert " style=" not in html


def test_the_page_of_components_is_not_for_production(client: Client, settings):
    settings.LOCAL = settings.DEBUG = False
    assert client.get("/ui/").status_code == 404


@pytest.mark.django_db
def test_a_person_keeps_their_look_on_every_device(client: Client, cast: Cast):
    client.force_login(cast.creator)
    client.post("/look/", {"theme": "dark", "language": "bg", "keys": "off", "next": "/ui/"})
    cast.creator.refresh_from_db()
    assert (cast.creator.theme, cast.creator.language, cast.creator.single_keys) == ("dark", "bg", False)


def test_the_look_never_leads_to_another_site(client: Client):
    assert client.post("/look/", {"theme": "dark", "next": "https://else.example/"})["Location"] == "/"


@pytest.mark.parametrize("template", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_pages_of_errors_need_nothing_to_be_drawn(template: str):
    html = render_to_string(template)
    assert html.count("<h1>") == 1


def test_a_toast_comes_with_every_part():
    request = RequestFactory().get("/")
    assert 'hx-swap-oob="beforeend:#toasts"' in render_to_string(
        "ui/toast.html", {"said": "Moved.", "oob": True}, request
    )


@pytest.mark.parametrize("language", ["en", "bg"])
def test_times_in_words(language: str):
    with clock.at(NOON), timezone.override("Europe/Oslo"), translation.override(language):
        assert near(NOON + timedelta(hours=2)) == "15:00"
        assert due_words(NOON + timedelta(hours=4, minutes=26)).count("4")
    with clock.at(NOON), timezone.override("Europe/Oslo"):
        assert near(NOON - timedelta(minutes=5)) == "5 min ago"
        assert near(NOON - timedelta(days=1)) == "yesterday, 13:00"
        assert near(NOON + timedelta(days=365)) == "17 Nov 2027"
        assert due_words(NOON - timedelta(minutes=34)) == "34 min late"
        assert due_words(NOON + timedelta(minutes=40)) == "in 40 min"
        assert due_words(NOON + timedelta(days=14)) == "by 1 Dec"


def test_every_state_has_a_picture_and_a_word():
    for state, how in STATES.items():
        assert how.glyph in icons.icons()
        assert str(how.word) in badge(state)


def test_every_shield_can_be_drawn():
    for division in DIVISIONS:
        for charge in CHARGES:
            drawn = arms_svg.svg(f"{division}.azure.or.{charge}", 20)
            assert drawn.count("<path") == 3
            assert len(drawn) < 1400
    for mark in MARKS:
        assert arms_svg.svg(f"cross.azure.or.none+{mark}.{COLOURS[0]}", 20).count("<path") == 4


def test_arms_speak_the_units_name_unless_it_stands_beside_them():
    unit = SimpleNamespace(name='"North"', arms="pale.vert.argent.star")
    assert 'aria-label="Arms of &quot;North&quot;"' in arms(unit)
    assert 'aria-hidden="true"' in arms(unit, hidden=True)
    assert arms(SimpleNamespace(name="x", arms="no arms at all")) == ""


def test_what_people_wrote_is_never_markup():
    evil = "<script>alert(1)</script>"
    drawn = (badge("sent", evil), face(evil), diff(evil, "x"), button(evil), sparkline([1, 2], evil))
    assert not any("<script" in each for each in drawn)


def test_an_unavailable_button_says_why_and_does_nothing():
    drawn = button("Publish", why="Legal has not answered yet.", hx_post="/now", name="go")
    assert 'aria-disabled="true"' in drawn
    assert "Legal has not answered yet." in drawn
    assert "/now" not in drawn


def test_initials_of_any_script():
    assert ">РИ<" in face("Радост Илиева")
    assert ">HK<" in face("Hannah Maria Krüger")
    assert ">–<" in face("")


def test_first_load_stays_small():
    folder = built.FOLDER / "assets"
    if not folder.exists():
        pytest.skip("nothing is built: run `npm run build` in frontend/")
    sent = sum(len(gzip.compress(f.read_bytes())) for f in folder.iterdir() if f.suffix in {".css", ".js"})
    assert sent < 60_000


def test_layers_of_style_stand_in_their_order():
    """What comes later wins: a screen may change a component, never the other way round."""
    if not built.styles():
        pytest.skip("nothing is built: run `npm run build` in frontend/")
    style = (built.FOLDER / built.styles()[0].split("built/")[1]).read_text()
    layers = list(dict.fromkeys(re.findall(r"@layer ([a-z]+)\{", style)))
    assert layers == ["reset", "tokens", "base", "frame", "parts", "screens", "last"]


def test_every_component_is_written_down():
    text = (built.FOLDER.parents[3] / "docs/reference/components.md").read_text()
    missing = [name for name in ui.register.tags if f"{{% {name}" not in text]
    assert missing == []

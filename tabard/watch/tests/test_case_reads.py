"""What is read of cases: lists, letters, history, Today, packages and pages."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tabard.access.actions import leave
from tabard.kernel import clock
from tabard.kernel.holdings import holdings
from tabard.kernel.today import needs
from tabard.watch import cases, proof
from tabard.watch.events import CaseMoved
from tabard.watch.letters import asking_after, letter
from tabard.watch.models import Case, Evidence, Filing, Turn
from tabard.watch.reactions import tell_owner
from tabard.watch.routes import all_routes, route, routes_for
from tabard.watch.tests.casework import LINK, WAY, answered, decided, filed, fresh, opened, png, proven
from tabard.watch.track import records


def test_what_was_changed_behind_the_database_is_seen(cast, case):
    one = proven(cast, case, picture=png())
    for name, value in (
        ("page", "y"),
        ("picture", b"z"),
        ("address", "https://x.example/"),
        ("taken_name", "Eve"),
    ):
        there = Evidence.objects.get(pk=one.pk)
        setattr(there, name, value)
        assert not proof.fits(there), name


def test_letters_are_in_the_language_of_the_case_and_kept_as_sent(cast, case, found):
    proven(cast, case)
    written = letter(cast.by("district"), case, route("owner"))
    assert "Meridian Foods" in written
    assert found.handle in written
    assert "Nothing but the name" not in written
    filed(cast, case, "owner", letter=written + "\nPS")
    assert Turn.objects.get(kind="filed").words.endswith("PS")
    assert fresh(case).state == "contacted"
    way = Filing.objects.select_related("case__sighting__platform").get()
    assert "wrote to you about your profile" in asking_after(cast.by("district"), way)
    bulgarian = opened(cast, decided(cast, "https://instagram.com/nordicsoups_help2"), language="bg")
    assert "Здравейте" in letter(cast.by("district"), bulgarian, route("owner"))
    for way in all_routes():
        assert "%(" not in letter(cast.by("district"), bulgarian, way)


def test_history_says_how_long_each_way_takes(cast, soups):
    start = clock.now()
    for number, (days, answer) in enumerate(
        [(2, "removed"), (4, "rejected"), (10, "removed"), (30, "silent")]
    ):
        with clock.at(start):
            case = opened(cast, decided(cast, f"https://instagram.com/nordicsoups_{number}help"))
            way = filed(cast, case)
        with clock.at(start + timedelta(days=days)):
            answered(cast, way, answer)
    past = records("instagram")[WAY]
    assert (past.filed, past.won, past.rejected, past.silent) == (4, 2, 1, 1)
    assert (past.decided, past.slow) == (4.0, 10.0)
    assert records("x") == {}


def test_today_shows_what_is_due_to_whom(cast, case):
    def said(who):
        return [need.title for need in needs(cast.by(who), None) if "nordicsoups_help on" in need.title]

    assert said("district") == []
    with clock.at(clock.now() + timedelta(days=2)):
        assert said("district") == ["nordicsoups_help on Instagram: Choose a way"]
        assert said("regional") == []
    with clock.at(clock.now() + timedelta(days=9)):
        assert said("regional") == ["nordicsoups_help on Instagram is late: Choose a way"]
        assert said("stranger") == said("creator") == []


def test_whoever_leaves_hands_it_over(cast, case):
    held = next(h for h in holdings("person") if h.name == "watch.cases")
    assert held.count(cast.district.pk) == 1
    leave(cast.by("owner"), cast.district, reason="Left")
    assert fresh(case).owner != cast.district
    assert held.count(cast.district.pk) == 0


def test_a_package_can_be_checked_without_us(cast, case):
    import hashlib

    proven(cast, case, picture=png())
    filed(cast, case)
    with zipfile.ZipFile(
        io.BytesIO(proof.package(cast.by("analyst"), cases.case(cast.by("analyst"), case.pk)))
    ) as packed:
        names = packed.namelist()
        manifest = json.loads(packed.read("manifest.json"))
        for name, digest in manifest["files"].items():
            assert hashlib.sha256(packed.read(name)).hexdigest() == digest
        assert packed.read("evidence/001-picture.png") == png()
        told = json.loads(packed.read("case.json"))
    assert {"evidence/001-page.txt", "case.json", "SHA256SUMS", "manifest.json"} <= set(names)
    assert told["evidence"][0]["fits"] is True
    assert any(name.startswith("letters/") for name in names)


def test_every_route_is_whole():
    codes = {way.code for way in all_routes()}
    kinds = {way.kind for way in all_routes()}
    for way in all_routes():
        assert all((way.source, way.as_of, way.wants, str(way), way.takes, way.numbers, way.asks_after))
        assert list(way.patience) == sorted(way.patience)
        assert set(way.then) <= kinds
    assert {way.kind for way in routes_for("nowhere")} == kinds
    assert "x-trademark" in codes


def test_lists_are_narrowed(cast, case):
    filed(cast, case, reference="IG-77")
    by = cast.by("district")
    for params, count in (
        ({}, 1),
        ({"state": ["reported"]}, 1),
        ({"state": ["closed"]}, 0),
        ({"q": ["IG-77"]}, 1),
        ({"q": ["@nordicsoups_help"]}, 1),
        ({"due": ["now"]}, 0),
        ({"owner": [str(cast.district.pk)]}, 1),
        ({"platform": ["tiktok"]}, 0),
    ):
        assert len(cases.cases(by, None, params).rows) == count, params
    assert "nordicsoups_help" in "".join(cases.CASES.csv(cases.visible(by, None), {}))


def test_through_the_screens(cast, found):
    browser, looker, stranger = Client(), Client(), Client()
    browser.force_login(cast.district)
    looker.force_login(cast.analyst)
    stranger.force_login(cast.stranger)
    assert b"Open a case" in browser.get(reverse("sighting", args=[found.pk])).content
    page = reverse("case_open", args=[found.pk])
    assert b"We have not taken it yet." in browser.get(page).content
    assert browser.post(page, {"owner": cast.creator.email, "language": "en"}).status_code == 422
    made = browser.post(page, {"owner": cast.district.email, "language": "en"})
    case = Case.objects.get()
    here = reverse("case", args=[case.pk])
    assert made["Location"] == here
    way = reverse("case_way", args=[case.pk]) + f"?route={WAY}"
    assert b"Keep first" in browser.get(way).content
    assert browser.post(way, {"letter": "Please"}).status_code == 409
    prove = reverse("case_prove", args=[case.pk])
    assert browser.post(prove, {"address": LINK}).status_code == 422
    file = SimpleUploadedFile("page.png", png())
    assert browser.post(prove, {"address": LINK, "page": "DM us", "picture": file}).status_code == 302
    kept = Evidence.objects.get()
    picture = browser.get(reverse("case_picture", args=[kept.pk]))
    assert (picture["Content-Type"], picture.content) == ("image/png", png())
    assert "sandbox" in picture["Content-Security-Policy"]
    assert kept.sha256.encode() in browser.get(here).content
    assert browser.post(way, {"letter": "[[mark]]"}).status_code == 422
    assert browser.post(way, {"letter": "Please", "reference": "7"}).status_code == 302
    assert browser.post(way, {"letter": "Please"}).status_code == 409
    filing = reverse("filing", args=[Filing.objects.get().pk])
    assert b"reference 7" in browser.get(filing).content
    assert browser.post(filing, {"do": "follow", "letter": "And?"}).status_code == 302
    assert browser.post(filing, {"do": "answer", "answer": ""}).status_code == 422
    assert browser.post(filing, {"do": "answer", "answer": "removed"}).status_code == 302
    assert b"Close it" in browser.get(here).content
    assert browser.post(reverse("case_close", args=[case.pk]), {"outcome": "removed"}).status_code == 302
    assert browser.post(here, {"do": "look"}).status_code == 409
    assert browser.post(here, {"do": "reopen", "words": "Seen again"}).status_code == 302
    assert browser.post(here, {"do": "give", "owner": "nobody"}).status_code == 422
    browser.force_login(cast.owner)
    assert browser.post(here, {"do": "give", "owner": cast.regional.email}).status_code == 302
    browser.force_login(cast.district)
    assert b"nordicsoups_help" in browser.get(reverse("cases")).content
    assert b"nordicsoups_help" in b"".join(browser.get(reverse("cases_csv")).streaming_content)
    assert browser.get(reverse("case_package", args=[case.pk]))["Content-Type"] == "application/zip"
    assert looker.get(here).status_code == 200
    assert looker.get(prove).status_code == 403
    assert looker.post(here, {"do": "give", "owner": cast.regional.email}).status_code == 403
    for path in (
        here,
        filing,
        reverse("case_package", args=[case.pk]),
        reverse("case_picture", args=[kept.pk]),
    ):
        assert stranger.get(path).status_code == 404, path
    assert b"nordicsoups_help" not in stranger.get(reverse("cases")).content


def test_what_usually_follows_is_said(cast, case):
    def onward():
        return {each.route.kind for each in cases.choosable(case.sighting, fresh(case)) if each.onward}

    assert onward() == set()
    way = filed(cast, case)
    assert onward() == set()
    answered(cast, way, "rejected")
    assert onward() == {"trademark", "notice", "complaint"}


def test_who_is_told(cast, case):
    tell_owner(cast.by("district"), CaseMoved(case.pk, case.sighting.unit_id, "opened", cast.district.pk))
    assert mail.outbox == []
    tell_owner(cast.by("owner"), CaseMoved(case.pk, case.sighting.unit_id, "returned", cast.district.pk))
    (letter_,) = mail.outbox
    assert letter_.to == [cast.district.email]
    assert letter_.subject == "It is back: nordicsoups_help on Instagram"
    assert f"/watch/cases/{case.pk}/" in letter_.body

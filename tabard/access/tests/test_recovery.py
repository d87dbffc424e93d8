"""Recovery codes: shown once, kept as digests, good once each, and gone with the last factor."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse

from tabard.access import recovery
from tabard.access.actions import forget_factors, leave, make_recovery_codes, make_token, use_recovery_code
from tabard.access.models import RecoveryCode, Session
from tabard.access.tests.test_sessions import browser
from tabard.audit.models import Entry
from tabard.kernel import clock
from tabard.kernel.errors import Denied, IllegalMove, Invalid, ProveFirst
from tabard.org.people import actor_of
from tests.cast import PASSWORD
from tests.cast import cast as build
from tests.test_open_units import Beside

CODE = re.compile(r"<li[^>]*>(\d{4}(?: \d{4}){3})</li>")


@pytest.fixture
def inside(cast):
    """A browser of somebody who has just shown their factor."""
    client = browser(cast.creator)
    TOTP.activate(cast.creator, generate_totp_secret())
    return client


def shown(client: Client) -> list[str]:
    return CODE.findall(client.post("/recovery-codes/").text)


def come_in(person: Any, code: str) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": code})
    return client


def is_inside(client: Client) -> bool:
    return client.get("/sessions/").status_code == 200


def test_they_are_shown_once_and_nobody_can_read_them_again(cast, inside, mailoutbox):
    assert "You have none" in inside.get("/recovery-codes/").text
    codes = shown(inside)
    assert len(set(codes)) == 10
    for page in ("/recovery-codes/", "/sign-in/factor/"):
        said = inside.get(page).text
        assert "10 codes are left" in said
        assert not CODE.search(said)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r::text FROM access_recoverycode r UNION ALL SELECT e::text FROM audit_entry e"
        )
        kept = "".join(row[0] for row in cursor.fetchall())
    assert not any(form in kept for code in codes for form in (code, code.replace(" ", "")))
    digests = list(RecoveryCode.objects.values_list("digest", flat=True))
    assert len(digests) == 10
    assert all(digest.startswith("argon2$argon2id$") for digest in digests)
    assert Entry.objects.filter(action="recovery_codes.make", person_id=cast.creator.pk).count() == 1


def test_each_lets_in_once_and_it_is_written_down(cast, inside):
    code = shown(inside)[0]
    first = come_in(cast.creator, code)
    assert is_inside(first)
    assert Session.objects.filter(person=cast.creator).latest("pk").factor
    assert not is_inside(come_in(cast.creator, code))
    assert not is_inside(come_in(cast.creator, code.replace(" ", "")))
    entry = Entry.objects.get(action="recovery_code.use")
    assert (entry.person_id, entry.notes["left"]) == (cast.creator.pk, 9)


def test_it_is_read_with_and_without_spaces_and_nothing_else_opens(cast, inside):
    codes = shown(inside)
    assert is_inside(come_in(cast.creator, codes[0].replace(" ", "")))
    assert is_inside(come_in(cast.creator, codes[1].replace(" ", "-")))
    for wrong in (
        "",
        "0" * 16,
        codes[2][:-1],
        codes[2] + "0",
        "٠" * 16,
        codes[2].replace(" ", "")[:8],
        "x" * 400,
    ):
        assert not is_inside(come_in(cast.creator, wrong))
    assert recovery.left(cast.creator.pk).count() == 8


def test_new_ones_put_an_end_to_the_old(cast, inside):
    old = shown(inside)[0]
    new = shown(inside)[0]
    assert not is_inside(come_in(cast.creator, old))
    assert is_inside(come_in(cast.creator, new))


def test_nobody_uses_the_code_of_another(cast, inside):
    code = shown(inside)[0]
    TOTP.activate(cast.publisher, generate_totp_secret())
    browser(cast.publisher)
    assert not is_inside(come_in(cast.publisher, code))
    with pytest.raises(Denied):
        use_recovery_code(cast.by("publisher"), cast.creator, code=code)
    assert is_inside(come_in(cast.creator, code))


def test_they_also_show_again_that_it_is_you(cast, inside):
    code = shown(inside)[0]
    with clock.at(clock.now() + clock.minutes(11)):
        assert inside.post("/recovery-codes/").status_code == 403
        inside.post(reverse("mfa_reauthenticate"), {"code": code})
        assert len(shown(inside)) == 10


def test_only_oneself_makes_them_signed_in_and_with_a_factor(cast):
    with pytest.raises(IllegalMove):
        make_recovery_codes(cast.by("creator"), cast.creator)
    TOTP.activate(cast.creator, generate_totp_secret())
    with pytest.raises(Denied):
        make_recovery_codes(cast.by("owner"), cast.creator)
    with pytest.raises(ProveFirst):
        make_recovery_codes(actor_of(cast.creator, "screen"), cast.creator)
    key = make_token(cast.by("creator"), cast.creator, name="x", dangerous=True).key
    headers = {"Authorization": f"Bearer {key}"}
    assert Client().post("/api/v1/recovery-codes", headers=headers).status_code == 404
    assert Client().get("/api/v1/recovery-codes", headers=headers).json()["left"] == 0
    assert not RecoveryCode.objects.exists()


def test_the_api_makes_and_counts_them_for_who_is_signed_in(cast, inside):
    made = inside.post("/api/v1/recovery-codes", content_type="application/json")
    assert made.status_code == 201, made.text
    assert is_inside(come_in(cast.creator, made.json()["codes"][0]))
    told = inside.get("/api/v1/recovery-codes").json()
    assert (told["factor"], told["left"]) == (True, 9)
    assert "codes" not in told


def test_they_go_when_the_last_factor_goes_or_somebody_leaves(cast, inside):
    shown(inside)
    inside.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists()
    assert not RecoveryCode.objects.exists()
    for close in (
        lambda: forget_factors(cast.by("owner"), cast.creator, reason="Lost"),
        lambda: leave(cast.by("owner"), cast.creator, reason="Left"),
    ):
        TOTP.activate(cast.creator, generate_totp_secret())
        recovery.replace(cast.creator.pk)
        close()
        assert not RecoveryCode.objects.exists()


def test_codes_are_not_tried_one_after_the_other(cast, inside):
    code = shown(inside)[0]
    client = Client()
    client.post(reverse("account_login"), {"login": cast.creator.email, "password": PASSWORD})
    for n in range(6):
        client.post(reverse("mfa_authenticate"), {"code": f"{n:016}"})
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert not is_inside(client)
    with pytest.raises(Invalid):
        use_recovery_code(cast.by("creator"), cast.creator, code="1" * 16)


def test_codes_from_before_let_in_once_more_and_are_kept_as_digests_too(cast, inside):
    old = RecoveryCodes.activate(cast.creator)
    codes = old.generate_codes()
    assert old.validate_code(codes[3])
    migration = import_module("tabard.access.migrations.0014_codes_as_digests")
    for _again in range(2):
        migration.keep_digests(apps, None)
    assert not Authenticator.objects.filter(type="recovery_codes").exists()
    assert recovery.left(cast.creator.pk).count() == 9
    assert not is_inside(come_in(cast.creator, codes[3]))
    assert is_inside(come_in(cast.creator, codes[0]))
    assert not is_inside(come_in(cast.creator, codes[0]))


@pytest.fixture
def apart(own_database: str, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        yield build()


def test_of_two_at_the_same_moment_one_comes_in(apart):
    TOTP.activate(apart.creator, generate_totp_secret())
    code = recovery.replace(apart.creator.pk)[0]
    works = [
        Beside(lambda: use_recovery_code(apart.by("creator"), apart.creator, code=code)) for _n in range(4)
    ]
    for work in works:
        work.join(30)
    refused = [work.error for work in works if work.error]
    assert len(refused) == 3
    assert all(isinstance(error, Invalid) for error in refused)
    assert Entry.objects.filter(action="recovery_code.use").count() == 1

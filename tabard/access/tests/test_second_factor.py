"""Second factors that a policy asks for, and showing again that it is you before a dangerous act."""

from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from django.urls import reverse

from tabard.access.actions import make_token
from tabard.access.tests.test_sessions import browser
from tabard.kernel import clock
from tabard.kernel.actor import command_line
from tabard.kernel.errors import Invalid, ProveFirst
from tabard.org.actions import give_grant, set_policy, unset_policy
from tabard.org.models import Person, Role, Unit
from tabard.org.people import actor_of
from tabard.org.policies import holding
from tabard.org.setup import found
from tests.cast import PASSWORD, make_person

LATER = timedelta(minutes=11)


@pytest.fixture(autouse=True)
def _slow_fingers(settings):
    settings.MFA_TOTP_TOLERANCE = 1  # half a minute may end between making a code and sending it


def code(secret):
    import time

    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def asked(cast, unit, *roles):
    set_policy(cast.by("owner"), unit, matter="second_factor", value=list(roles))


def test_who_owes_a_factor_can_do_nothing_else_until_it_is_set_up(cast):
    client = browser(cast.creator)
    assert client.get("/posts/").status_code == 200
    asked(cast, cast.north, "creator")
    answer = client.get("/posts/")
    assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_index"))
    assert "asks for a second factor" in client.get(reverse("mfa_index")).text
    assert client.get("/api/v1/posts").status_code == 403
    assert client.post("/posts/new/", {"title": "x"}).status_code == 302
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    assert client.get("/posts/").status_code == 200
    assert client.get("/api/v1/posts").status_code == 200


def test_it_is_asked_of_the_roles_named_and_below_the_unit_that_says_it(cast):
    asked(cast, cast.north, "publisher")
    asked(cast, cast.south, "creator")
    assert browser(cast.creator).get("/posts/").status_code == 200
    assert browser(cast.publisher).get("/posts/").status_code == 302


def test_a_new_organisation_asks_it_of_everybody(db):
    root = found(command_line(), Unit(name="New", zone="UTC"), owner_name="Ada", owner_email="a@new.example",
                 password=None)  # fmt: skip
    assert browser(Person.objects.get()).get("/posts/")["Location"] == reverse("mfa_index")
    assert holding(root, "second_factor") == ["*"]


def test_everybody_is_also_who_has_no_role_and_whoever_gets_a_new_one(cast):
    newcomer = make_person(cast.nordics, "Nobody Yet")
    assert browser(newcomer).get("/").status_code == 200
    asked(cast, cast.organisation, "*")
    for person in (newcomer, cast.creator, cast.owner):
        assert browser(person).get("/posts/")["Location"] == reverse("mfa_index")
    with pytest.raises(Invalid):
        asked(cast, cast.north, "creator")
    asked(cast, cast.north, "*", "creator")
    page = browser(cast.owner)
    page.get("/posts/")
    unset_policy(cast.by("owner"), cast.north, matter="second_factor")
    set_policy(cast.by("owner"), cast.organisation, matter="second_factor", value=[])
    assert page.get("/posts/").status_code == 200


def test_a_unit_asks_everybody_who_sits_or_works_in_it_and_nobody_else(cast):
    asked(cast, cast.south, "*")
    assert browser(cast.stranger).get("/posts/").status_code == 302
    assert browser(cast.creator).get("/posts/").status_code == 200


def test_a_unit_below_asks_more_roles_never_fewer(cast):
    asked(cast, cast.organisation, "owner", "manager")
    with pytest.raises(Invalid):
        asked(cast, cast.north, "manager")
    asked(cast, cast.north, "manager", "owner", "creator")
    with pytest.raises(Invalid, match="no such role"):
        asked(cast, cast.organisation, "emperor")


def test_whoever_has_shown_a_factor_at_sign_in_is_not_asked_again(cast):
    asked(cast, cast.north, "creator")
    secret = generate_totp_secret()
    TOTP.activate(cast.creator, secret)
    client = browser(cast.creator)
    assert client.get("/posts/").status_code == 302
    client.post(reverse("mfa_authenticate"), {"code": code(secret)})
    assert client.get("/posts/").status_code == 200


def test_a_code_is_good_once_on_every_node(cast):
    secret = generate_totp_secret()
    TOTP.activate(cast.creator, secret)
    used = code(secret)
    first, second = browser(cast.creator), Client()
    assert first.post(reverse("mfa_authenticate"), {"code": used}).status_code == 302
    second.post(reverse("account_login"), {"login": cast.creator.email, "password": PASSWORD})
    assert second.post(reverse("mfa_authenticate"), {"code": used}).status_code == 200
    assert second.get("/posts/").status_code == 302


def test_owner_rights_are_given_only_by_who_has_just_shown_that_it_is_them(cast):
    late = actor_of(cast.owner, "screen", proved_at=clock.now() - LATER)
    creator, owner = Role.objects.get(slug="creator"), Role.objects.get(slug="owner")
    assert give_grant(late, cast.north, person=cast.analyst, role=creator, reason="Helps")
    with pytest.raises(ProveFirst):
        give_grant(late, cast.organisation, person=cast.analyst, role=owner, reason="Helps")


def test_on_the_screen_one_is_led_to_show_it_and_back(cast):
    client = browser(cast.owner)
    role = Role.objects.get(slug="creator")
    change = {"role": role.pk, "permissions": ["posts.see"]}
    page = {"Referer": "http://testserver/roles/"}
    with clock.at(clock.now() + LATER):
        answer = client.post("/roles/", change, headers=page)
        assert answer.status_code == 403
        assert "Show that it is you" in answer.text
        assert f"{reverse('account_reauthenticate')}?next=%2Froles%2F" in answer.text
        part = client.post("/roles/", change, headers={"HX-Request": "true", **page})
        assert part["HX-Redirect"].endswith("next=%2Froles%2F")
        told = client.patch(f"/api/v1/roles/{role.pk}", {"permissions": []}, content_type="application/json")
        assert told.status_code in (403, 404, 405)
        back = client.post(reverse("account_reauthenticate") + "?next=/roles/", {"password": PASSWORD})
        assert back["Location"] == "/roles/"
        assert client.post("/roles/", change).status_code == 302


def test_a_password_is_not_enough_for_who_has_a_factor(cast):
    client = browser(cast.owner)
    secret = generate_totp_secret()
    TOTP.activate(cast.owner, secret)
    with clock.at(clock.now() + LATER):
        answer = client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        assert answer["Location"].startswith(reverse("mfa_reauthenticate"))
        assert client.get(reverse("mfa_deactivate_totp")).status_code == 302
        assert client.post("/roles/", {"name": "x"}).status_code == 403
        client.post(reverse("mfa_reauthenticate"), {"code": code(secret)})
        assert client.post("/roles/", {"name": "Guest", "permissions": []}).status_code == 302


def test_a_token_does_dangerous_things_only_if_it_was_made_for_it(cast, client):
    late = actor_of(cast.owner, "screen", proved_at=clock.now() - LATER)
    with pytest.raises(ProveFirst):
        make_token(late, cast.owner, name="Robot", dangerous=True)
    url = f"/api/v1/people/{cast.creator.pk}/sign-out"
    for dangerous, status in ((False, 403), (True, 200)):
        token = make_token(cast.by("owner"), cast.owner, name="Robot", dangerous=dangerous)
        answer = client.post(
            url,
            {"reason": "x"},
            content_type="application/json",
            headers={"Authorization": f"Bearer {token.key}"},
        )
        assert answer.status_code == status, answer.text

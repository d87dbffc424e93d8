"""Passkeys in a real browser with a device of its own: made, used alone and as second factor, removed."""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from tabard.access.models import RecoveryCode, Session, Source
from tabard.web import built
from tests import browsing
from tests.cast import PASSWORD
from tests.cast import cast as build
from tests.own_database import own_database as own

in_a_browser = [
    pytest.mark.browser,
    pytest.mark.skipif(not built.script(), reason="nothing is built: run `make frontend`"),
]


@pytest.fixture
def address(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """On localhost: browsers know no passkeys for numbers."""
    with django_db_blocker.unblock(), own(), browsing.serving(LIVE_URL="") as found:
        cast = build()
        cast.creator.set_password(PASSWORD)
        cast.creator.save()
        yield found.replace("127.0.0.1", "localhost")


def with_authenticator(page: Any, *, checks_people: bool = True) -> Any:
    """The page's browser gets a device that keeps passkeys and always agrees."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    device = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    device |= {"hasUserVerification": checks_people, "isUserVerified": checks_people}
    device["automaticPresenceSimulation"] = True
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    return page


def come_in(page: Any, address: str, email: str) -> None:
    page.goto(f"{address}/sign-in/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")


MAIL = "marek.nowak@meridian.example"


@pytest.mark.usefixtures("django_db_setup")
class TestInABrowser:
    pytestmark = in_a_browser

    def test_made_once_it_signs_in_alone_proves_and_goes(self, address):
        with browsing.chromium() as chromium:
            page = with_authenticator(browsing.new_page(chromium))
            page.set_default_timeout(8000)
            come_in(page, address, MAIL)
            page.wait_for_url(f"{address}/")
            page.goto(f"{address}/sign-in/factor/webauthn/add/")
            assert page.input_value("[name=name]") == "Chrome · Linux"
            page.fill("[name=name]", "Bench laptop")
            page.click("text=Add a passkey >> nth=-1")
            page.wait_for_url("**/recovery-codes/")
            page.click("text=Make recovery codes")
            page.wait_for_selector(".codes li >> nth=9")
            code = page.inner_text(".codes li >> nth=0")
            page.goto(f"{address}/recovery-codes/")
            assert "10 codes are left" in page.inner_text("main")
            assert code not in page.content()
            page.goto(f"{address}/sign-in/factor/")
            assert "Bench laptop" in page.inner_text("main")
            page.context.clear_cookies()
            page.goto(f"{address}/sign-in/?next=/sessions/")
            page.click("text=Sign in with a passkey")
            page.wait_for_url(f"{address}/sessions/")
            assert "signed in by passkey" in page.inner_text("main")
            page.goto(f"{address}/sign-in/again/?next=/sessions/")
            page.click("text=Use a passkey")
            page.wait_for_url(f"{address}/sessions/")
            page.goto(f"{address}/sign-in/factor/webauthn/")
            page.click("text=Rename…")
            page.fill("[name=name]", "Old laptop")
            page.click("text=Save")
            assert "Old laptop" in page.inner_text("main")
            page.click("text=Remove…")
            page.click("text=Remove it")
            assert "Old laptop" not in page.inner_text("main")
            assert page.complaints == []
        assert not Authenticator.objects.exists()
        assert not RecoveryCode.objects.exists()  # the codes go with the last factor

    def test_it_is_the_second_factor_after_a_password(self, address):
        with browsing.chromium() as chromium:
            page = with_authenticator(browsing.new_page(chromium), checks_people=False)
            come_in(page, address, MAIL)
            page.wait_for_url(f"{address}/")
            page.goto(f"{address}/sign-in/factor/webauthn/add/")
            page.uncheck("[name=passwordless]")
            page.click("text=Add a passkey >> nth=-1")
            page.wait_for_url("**/recovery-codes/")
            page.context.clear_cookies()
            come_in(page, address, MAIL)
            page.wait_for_url("**/factor/authenticate/")
            page.click("text=Use a passkey")
            page.wait_for_url(f"{address}/")
            # Nobody's finger was shown: alone it does not open.
            page.context.clear_cookies()
            page.goto(f"{address}/sign-in/")
            page.click("text=Sign in with a passkey")
            page.wait_for_selector("[data-passkey-wrong]:visible")
        session = Session.objects.filter(person__email=MAIL).first()
        assert (session.way, session.factor) == ("password", True)

    def test_where_browsers_know_none_the_page_says_so(self, address):
        with browsing.chromium() as chromium:
            page = browsing.new_page(chromium)
            number = address.replace("localhost", "127.0.0.1")
            come_in(page, number, MAIL)
            page.wait_for_url(f"{number}/")
            page.goto(f"{number}/sign-in/factor/webauthn/add/")
            assert "knows no passkeys here" in page.inner_text("main")
            assert not page.is_visible("[name=name]")

    def test_none_opens_where_a_domain_is_left_to_its_source(self, address):
        from tabard.org.models import Unit

        with browsing.chromium() as chromium:
            page = with_authenticator(browsing.new_page(chromium))
            page.set_default_timeout(8000)
            come_in(page, address, MAIL)
            page.wait_for_url(f"{address}/")
            page.goto(f"{address}/sign-in/factor/webauthn/add/")
            page.click("text=Add a passkey >> nth=-1")
            page.wait_for_url("**/recovery-codes/")
            cookies = page.context.storage_state()
            page.context.clear_cookies()
            close_the_domain(Unit)
            page.goto(f"{address}/sign-in/")
            page.click("text=Sign in with a passkey")
            page.wait_for_selector("text=Sign in with Meridian ID.")
            assert cookies


def close_the_domain(units: Any) -> None:
    """From another thread, because the browser's may not ask the database."""
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    def close() -> None:
        unit = units.objects.filter(parent=None).get()
        known = {"slug": "meridian-id", "name": "Meridian ID", "issuer": "https://id.meridian.example"}
        Source.objects.create(**known, unit=unit, client="x", domains=["meridian.example"], alone=True)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(close).result()


@pytest.mark.parametrize(
    "credential",
    [
        "",
        "x",
        "[]",
        "{}",
        '{"id": 1}',
        '{"response": {"userHandle": "MQ"}}',
        '{"id":"x","rawId":"x","response":[]}',
    ],
)
def test_junk_instead_of_a_passkey_is_refused(client, cast, credential):
    client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"})
    answer = client.post(reverse("mfa_login_webauthn"), {"credential": credential})
    assert (answer.status_code, answer["Location"]) == (302, reverse("account_login"))
    assert client.get("/sessions/").status_code == 302

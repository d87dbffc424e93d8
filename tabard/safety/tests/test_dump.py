"""Whoever gets the whole database finds no secret in it: not as it is, not in base64, not in hex."""

import base64
import io
import logging

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.db import connection

from tabard.access import recovery
from tabard.access.actions import add_source, make_token
from tabard.access.actions.sources import Settings
from tabard.access.vault import unseal
from tabard.audit.actions import stream
from tabard.audit.chain import keys
from tabard.audit.chain.sealing import chain
from tabard.connectors.base import Access, Connected, Profile
from tabard.register.actions import connect
from tabard.register.models import Connection
from tabard.safety import actions
from tabard.safety.models import Credential, Look
from tests.cast import make_channel

# Long and unlike anything else, so that finding one means what it seems to mean.
KNOWN = {
    "password": "Kx7-first-password-Qz",
    "before": "Kx7-second-password-Qz",
    "notes": "Kx7 the code of the safe is 4711 Qz",
    "connection": "Kx7-connection-token-Qz",
    "session": "Kx7-connection-session-Qz",
    "source": "Kx7-client-secret-Qz",
    "sign-in": "Kx7-somebodys-own-password-Qz",
}
CREDENTIAL_SEED = "KRUGS4ZANFZSAYLTMVRXEZLUEB2GQYLU"
PERSON_SEED = "ONXW2ZJAMFXG65DIMVZCA43FMVSCA53P"


@pytest.fixture
def told():
    """Everything that is logged, down to the questions to the database."""
    out = io.StringIO()
    handler, root = logging.StreamHandler(out), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield out
    root.removeHandler(handler)
    root.setLevel(level)


def dump() -> bytes:
    """Every row of every table, as COPY writes it: what `pg_dump --data-only` holds."""
    out = io.BytesIO()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"
        )
        tables = [name for (name,) in cursor.fetchall()]
        for table in tables:
            out.write(f"-- {table}\n".encode())
            with cursor.copy(f"COPY {table} TO STDOUT") as rows:
                for piece in rows:
                    out.write(bytes(piece))
    return out.getvalue()


def shapes(secret: bytes) -> dict[str, bytes]:
    """A secret as it may stand somewhere, in base64 at each of the three places it can begin at."""
    found = {"plain": secret, "hex": secret.hex().encode(), "HEX": secret.hex().upper().encode()}
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + secret)
        found[f"base64+{shift}"] = whole[(0, 4, 4)[shift] : -4]
        found[f"urlsafe+{shift}"] = base64.urlsafe_b64encode(b"\0" * shift + secret)[(0, 4, 4)[shift] : -4]
    return found


def fill(cast) -> dict[str, bytes]:
    """A secret wherever one can be, and those that were made on the way; by what they are."""
    owner = cast.by("owner")
    channel = make_channel(cast.nordics, "soups", remote_id="soups")
    plain = {"name": "Soups", "login": "soups"}
    kept = actions.add_to_channel(
        owner, channel, plain=plain, password=KNOWN["before"], codes=CREDENTIAL_SEED, notes=KNOWN["notes"]
    )
    actions.set_password(owner, kept, password=KNOWN["password"])
    actions.take(owner, kept)
    assert actions.look(owner, kept).before == KNOWN["before"]
    code = actions.one_time_code(owner, kept).code
    assert len(code) == 6
    made = actions.add_to_unit(owner, cast.nordics, plain={"name": "Made"})
    made_password = unseal(made.secret, about=f"credential {made.pk}")["password"]
    profile = Profile(remote_id="soups", handle="soups", name="Soups", url="https://social.example/@soups")
    access = Access("mastodon", "https://social.example", "soups", "soups", {"token": KNOWN["connection"]})
    access.session.update({"access": KNOWN["session"]})
    connect(owner, channel, connected=Connected(access, profile))
    assert Connection.objects.get().session
    said = Settings("Meridian ID", "https://id.meridian.example", "tabard", KNOWN["source"])
    add_source(owner, cast.organisation, said=said)
    token = make_token(owner, cast.owner, name="Reports").key
    TOTP.activate(cast.creator, PERSON_SEED)
    codes = recovery.replace(cast.creator.pk)
    sink = {"name": "Sink", "kind": "webhook", "address": "https://sink.meridian.example/"}
    key = keys.stream_secret(stream(owner, chain(), **sink))
    cast.creator.set_password(KNOWN["sign-in"])
    cast.creator.save()
    words = {**KNOWN, "made": made_password, "token": token, "stream": key, "recovery": codes[0]}
    words |= {"seed": CREDENTIAL_SEED, "person's seed": PERSON_SEED}
    raw = {"seed, raw": base64.b32decode(CREDENTIAL_SEED), "person's, raw": base64.b32decode(PERSON_SEED)}
    return {name: word.encode() for name, word in words.items()} | raw


def test_nobody_finds_a_secret_in_a_dump_or_in_the_logs(cast, told):
    secrets = fill(cast)
    whole = dump()
    assert len(whole) > 20_000
    assert b"soups" in whole, "it holds what is not secret"
    assert (Credential.objects.count(), Authenticator.objects.count(), Look.objects.count()) == (2, 1, 5)
    places = {"the dump": whole, "the logs": told.getvalue().encode()}
    found = [
        f"{name} as {how} in {place}"
        for place, there in places.items()
        for name, secret in secrets.items()
        for how, shape in shapes(secret).items()
        if len(shape) >= 6 and shape in there
    ]
    assert found == []


def test_the_search_itself_finds_what_is_there():
    secret = b"Kx7-first-password-Qz"
    for shift in (b"", b"a", b"ab", b"abc"):
        there = base64.b64encode(shift + secret + b"tail")
        assert any(shape in there for how, shape in shapes(secret).items() if how.startswith("base64"))

"""Lists of access: tokens, sessions, and the systems whose word is believed."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.access.models import ApiToken, Directory, DirectoryToken, Session, Source
from tabard.access.models.sources import KINDS
from tabard.kernel import clock
from tabard.kernel.narrowing import Ways, ending, ways, words_in
from tabard.kernel.query import Column, Listing, Sort

NEWEST = Sort("newest", gettext_lazy("Newest"), ("-id",))
BY_NAME = (
    Sort("name", gettext_lazy("Name"), ("name",)),
    Sort("-name", gettext_lazy("Name, last first"), ("-name",)),
    NEWEST,
)

# A token whose time is over is as good as ended.
OPEN_TOKENS: Ways = {
    "open": (gettext_lazy("Open"), lambda: Q(ended_at=None) & ~_expired()),
    "ended": (gettext_lazy("Ended"), lambda: Q(ended_at__isnull=False) | _expired()),
}


def _expired() -> Q:
    return Q(expires_at__isnull=False, expires_at__lte=clock.now())


TOKENS: Listing[ApiToken] = Listing(
    name="tokens",
    sorts=(NEWEST, Sort("name", gettext_lazy("Name"), ("name",))),
    filters=(ways("state", gettext_lazy("State"), OPEN_TOKENS),),
    search=words_in("name", "start"),
    columns=(
        Column(gettext_lazy("Name"), lambda t: t.name),
        Column(gettext_lazy("Begins with"), lambda t: t.start),
        Column(gettext_lazy("Rights"), lambda t: ", ".join(t.permissions) or _("all one's own")),
        Column(gettext_lazy("Dangerous things"), lambda t: _("yes") if t.dangerous else _("no")),
        Column(gettext_lazy("Made (UTC)"), lambda t: t.created_at.isoformat()),
        Column(gettext_lazy("Used (UTC)"), lambda t: t.used_at and t.used_at.isoformat()),
        Column(gettext_lazy("Ended (UTC)"), lambda t: t.ended_at and t.ended_at.isoformat()),
    ),
)

SESSIONS: Listing[Session] = Listing(
    name="sessions",
    sorts=(
        Sort("seen", gettext_lazy("Last seen"), ("-seen_at",)),
        Sort("newest", gettext_lazy("Newest"), ("-started_at",)),
    ),
    filters=(
        ways(
            "way",
            gettext_lazy("Signed in by"),
            {
                "password": (gettext_lazy("Password"), lambda: Q(way="password")),
                "passkey": (gettext_lazy("Passkey"), lambda: Q(way="passkey")),
                "source": (gettext_lazy("Sign-in of the organisation"), lambda: Q(way="source")),
            },
        ),
    ),
    search=words_in("agent", "address", "through"),
    columns=(
        Column(gettext_lazy("Device"), lambda s: s.device),
        Column(gettext_lazy("Signed in by"), lambda s: s.through or s.way),
        Column(gettext_lazy("Second factor"), lambda s: _("yes") if s.factor else _("no")),
        Column(gettext_lazy("Address"), lambda s: s.address),
        Column(gettext_lazy("Began (UTC)"), lambda s: s.started_at.isoformat()),
        Column(gettext_lazy("Last seen (UTC)"), lambda s: s.seen_at.isoformat()),
        Column(gettext_lazy("Ends (UTC)"), lambda s: s.ends_at.isoformat()),
    ),
)

SOURCES: Listing[Source] = Listing(
    name="sources",
    sorts=BY_NAME,
    filters=(
        ways(
            "state",
            gettext_lazy("State"),
            {
                "on": (gettext_lazy("On"), lambda: Q(enabled=True)),
                "off": (gettext_lazy("Off"), lambda: Q(enabled=False)),
            },
        ),
        ways(
            "kind",
            gettext_lazy("Kind"),
            {
                "oidc": (KINDS["oidc"], lambda: Q(kind="oidc")),
                "saml": (KINDS["saml"], lambda: Q(kind="saml")),
            },
        ),
    ),
    search=words_in("name", "issuer", "domains"),
    columns=(
        Column(gettext_lazy("Name"), lambda s: s.name),
        Column(gettext_lazy("Kind"), lambda s: s.speaks),
        Column(gettext_lazy("Unit"), lambda s: s.unit.name),
        Column(gettext_lazy("Issuer"), lambda s: s.issuer),
        Column(gettext_lazy("Domains"), lambda s: " ".join(s.domains)),
        Column(gettext_lazy("On"), lambda s: _("yes") if s.enabled else _("no")),
    ),
)

DIRECTORIES: Listing[Directory] = Listing(
    name="directories",
    sorts=BY_NAME,
    filters=(
        ways(
            "state",
            gettext_lazy("State"),
            {
                "on": (gettext_lazy("On"), lambda: Q(open_tokens__gt=0)),
                "off": (gettext_lazy("No token"), lambda: Q(open_tokens=0)),
            },
        ),
    ),
    search=words_in("name", "domains", "unit__name"),
    columns=(
        Column(gettext_lazy("Name"), lambda d: d.name),
        Column(gettext_lazy("Unit"), lambda d: d.unit.name),
        Column(gettext_lazy("Domains"), lambda d: " ".join(d.domains)),
        Column(gettext_lazy("People"), lambda d: d.people),  # type: ignore[attr-defined]
        Column(gettext_lazy("Open tokens"), lambda d: d.open_tokens),  # type: ignore[attr-defined]
    ),
)

KEYS: Listing[DirectoryToken] = Listing(
    name="directory_tokens", sorts=(NEWEST,), filters=(ending(),), search=words_in("start", "keeper__name")
)

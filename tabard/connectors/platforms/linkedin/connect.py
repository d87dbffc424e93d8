"""Connecting pages: who signs in at LinkedIn opens each page on which they may publish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tabard.connectors.base import Access, Administrator, Connected, Profile
from tabard.connectors.errors import ConnectorError, Refused, Revoked
from tabard.connectors.families import oauth
from tabard.connectors.http import Http
from tabard.connectors.platforms.linkedin.card import API, HOSTS, READ, SCOPES, SITE, WRITE
from tabard.connectors.platforms.linkedin.client import Client, data
from tabard.connectors.platforms.linkedin.urns import PAGE, PERSON, author, path, whole
from tabard.connectors.words import _

# PKCE is for apps on devices alone, at an address of its own.
DOOR = oauth.Door(
    f"{SITE}/oauth/v2/authorization",
    f"{SITE}/oauth/v2/accessToken",
    f"{SITE}/oauth/v2/revoke",
    pkce=False,
)
WANTED = tuple(sorted({scope for scopes in SCOPES.values() for scope in scopes}))
NEEDED = {READ, WRITE}
WRITES = {"ADMINISTRATOR", "CONTENT_ADMINISTRATOR", "DIRECT_SPONSORED_CONTENT_POSTER"}


class Connecting(oauth.Entering):
    """`begin`, `finish`, `check`, `ends`, `renew`, `revoke` and `administrators`.

    An access is good for sixty days. Apps that LinkedIn approved for it renew it within a year of signing in.
    Ending it ends it for every page that was connected by the same sign-in.
    """

    door, wanted = DOOR, WANTED

    async def finish(
        self, keep: Mapping[str, str], query: Mapping[str, str], http: Http
    ) -> tuple[Connected, ...]:
        """Every page on which they may publish, each once, with the access of the person."""
        session = await oauth.finish(DOOR, keep, query, http)
        _allowed(session["scopes"], Refused)
        access = Access(self.card.name, API, "", "", session=session)
        client = Client.of(access, self.line(access, http))
        pages = sorted({page for page in await _pages(client) if page}, key=lambda urn: (len(urn), urn))
        if not pages:
            raise Refused(_("There is no page on LinkedIn on which you may publish."), code="no_channel")
        return tuple([await self._connected(client, access, page) for page in pages])

    async def _connected(self, client: Client, access: Access, page: str) -> Connected:
        profile = await _profile(client, page)
        session = dict(access.session)
        if ":organizationBrand:" in page:
            session["brand"] = page
        mine = replace(access, remote_id=profile.remote_id, handle=profile.handle, session=session)
        return Connected(mine, profile)

    async def check(self, access: Access, http: Http) -> Profile:
        """Is the access alive, does it allow what it did, and has the person still a part in the page?"""
        line = self.line(access, http)
        client, page = Client.of(access, line), author(access)
        if page not in await _pages(client):
            says = _(
                "Whoever connected the page may no longer publish there. Another person must connect it."
            )
            raise Revoked(says, code="role")
        await _still_allowed(access, line)
        return await _profile(client, page)

    def renewable(self, access: Access) -> bool:
        """Where LinkedIn gave a key for it: only to apps that it approved for that."""
        return bool(access.session.get("refresh"))

    async def administrators(self, access: Access, http: Http) -> Sequence[Administrator]:
        """Everybody with a role on the page, each once; names where the app may read them."""
        client = Client.of(access, self.line(access, http))
        query = f"q=organization&organization={path(author(access))}&state=APPROVED"
        found, _onward = await client.listed(f"/rest/organizationAcls?{query}")
        roles: dict[str, list[str]] = {}
        for each in found:
            if person := whole(PERSON, each.get("roleAssignee")):
                roles.setdefault(person, []).append(str(each.get("role") or "role"))
        names = await _names(client, list(roles))
        return [
            Administrator(person.rpartition(":")[2], names.get(person, ""), role=", ".join(sorted(set(held))))
            for person, held in roles.items()
        ]


async def _pages(client: Client) -> list[str]:
    """The pages on which the person of the access may publish."""
    found, _onward = await client.listed("/rest/organizationAcls?q=roleAssignee&state=APPROVED")
    return [whole(PAGE, each.get("organization")) for each in found if each.get("role") in WRITES]


async def _profile(client: Client, page: str) -> Profile:
    """What the page shows. Some roles may publish on a page and not read this: its number stands for it."""
    number = page.rpartition(":")[2]
    try:
        found = await client.get(f"/rest/organizations/{number}")
    except (Refused, Revoked) as refused:
        if refused.code not in {"gone", "scope"}:
            raise
        found = {}
    handle = str(found.get("vanityName") or number)
    return Profile(
        remote_id=number,
        handle=handle,
        name=str(found.get("localizedName") or handle),
        url=f"{SITE}/company/{path(handle)}/",
        about=str(found.get("localizedDescription") or ""),
        also=(number,) if handle != number else (),
    )


async def _names(client: Client, people: list[str]) -> dict[str, str]:
    """Names of people, which only some apps may read: the first refusal ends it."""
    found: dict[str, str] = {}
    for person in people:
        number = person.rpartition(":")[2]
        try:
            told = await client.get(f"/v2/people/(id:{path(number)})")
        except (Refused, Revoked):
            return found
        parts = (told.get("localizedFirstName"), told.get("localizedLastName"))
        found[person] = " ".join(str(part) for part in parts if part)
    return found


def _allowed(scopes: Sequence[str], kind: type[ConnectorError]) -> None:
    """Raise `kind` where what publishing needs is not among the scopes that were told."""
    if scopes and (missing := sorted(NEEDED - set(scopes))):
        says = _("The channel was connected without a right this needs, or whoever did lost it: %(reason)s")
        raise kind(says, code="scope", reason=", ".join(missing))


async def _still_allowed(access: Access, line: Http) -> None:
    """Ask what the access allows today; kept if it is something else than before."""
    app, token = access.app, str(access.session.get("token") or "")
    if not (app.get("client_id") and app.get("client_secret")):
        return
    form = {"client_id": app["client_id"], "client_secret": app["client_secret"], "token": token}
    desk = line.to(HOSTS, hidden=access.hidden)
    try:
        found = data(await desk.call("POST", f"{SITE}/oauth/v2/introspectToken", data=form))
    except ConnectorError:
        return  # it worked a moment ago: that nobody tells more of it is no fault of the channel
    said = found.get("scope")
    given = sorted(filter(None, said.replace(",", " ").split())) if isinstance(said, str) else []
    _allowed(given, Revoked)
    if given and given != sorted(access.session.get("scopes") or ()):
        access.session["scopes"] = given
        await access.keep(access.session)

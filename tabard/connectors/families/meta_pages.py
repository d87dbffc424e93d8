"""Pages, on which other channels of the house hang: who signs in opens every page they have a part in.

Source: developers.facebook.com/docs/pages-api/getting-started and /docs/facebook-login, read 2026-09. A
page's own token has no end, but dies with the person's password, role or consent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tabard.connectors.base import Access
from tabard.connectors.errors import ConnectorError, Refused, Revoked
from tabard.connectors.families import oauth
from tabard.connectors.families.meta import Graph, id_of, list_of
from tabard.connectors.families.meta_containers import known
from tabard.connectors.http import Http
from tabard.connectors.words import _

HOST = "graph.facebook.com"
VERSION = "v25.0"
API = f"https://{HOST}/{VERSION}"
# None of these takes PKCE from a server: the code is bound to the app's secret and the address. What
# somebody left out before is asked of them again.
DOOR = oauth.Door(
    f"https://www.facebook.com/{VERSION}/dialog/oauth",
    f"{API}/oauth/access_token",
    pkce=False,
    separator=",",
    more={"auth_type": "rerequest"},
)
MOST = 20  # pages of one list of theirs, and businesses that are gone through


async def signed_in(keep: Mapping[str, str], query: Mapping[str, str], http: Http) -> Graph:
    """The code for a short token, and that for a long one: the way to everything the person may see."""
    app: dict[str, Any] = {"client_id": keep["client_id"], "client_secret": keep["client_secret"]}
    code = oauth.code_of(keep, query).removesuffix("#_")
    line = http.to({HOST}, hidden=lambda: (app["client_secret"], code))
    door = Graph(line, API, "")
    short = await door.post("oauth/access_token", **app, redirect_uri=keep["redirect_uri"], code=code)
    found = await door.get(
        "oauth/access_token",
        **app,
        grant_type="fb_exchange_token",
        fb_exchange_token=id_of(short, "access_token"),
    )
    token = id_of(found, "access_token")
    return Graph(
        http.to({HOST}, hidden=lambda: (app["client_secret"], token)), API, token, app["client_secret"]
    )


async def granted(person: Graph, needed: Iterable[str]) -> list[str]:
    """The rights that were given: people can leave out single ones. Refused if one of `needed` is missing."""
    found = await person.items("me/permissions")
    given = sorted(str(each.get("permission")) for each in found if each.get("status") == "granted")
    if missing := sorted(set(needed) - set(given)):
        says = _("You did not allow Tabard there what it needs: %(missing)s. Start again, and allow it.")
        raise Refused(says, code="scope", missing=", ".join(missing))
    return given


async def still_granted(access: Access, http: Http, needed: Iterable[str]) -> None:
    """Keep which rights a page's token has now. Revoked if one of `needed` was taken back.

    Only the app itself may ask; without its secret nothing is concluded.
    """
    app, token = access.app, str(access.session.get("token") or "")
    if not (app.get("client_id") and app.get("client_secret")):
        return
    door = Graph(http, API, f"{app['client_id']}|{app['client_secret']}")
    try:
        found = (await door.get("debug_token", input_token=token)).get("data")
    except (Refused, Revoked):  # the app's secret is wrong, which says nothing of this channel
        return
    scopes = found.get("scopes") if isinstance(found, dict) else None
    if not isinstance(scopes, list) or not scopes:
        return
    given = sorted(map(str, scopes))
    if missing := sorted(set(needed) - set(given)):
        says = _("The channel was connected without a right this needs, or whoever did lost it: %(reason)s")
        raise Revoked(says, code="scope", reason=", ".join(missing))
    if given != access.session.get("scopes"):
        access.session["scopes"] = given
        await access.keep(access.session)


async def pages(person: Graph, fields: str) -> list[dict[str, Any]]:
    """Every page the person has a part in and whose token they may have, each once.

    Those whose part comes from a business alone are missing among their own; they stand with the business.
    """
    found = await _all(person, "me/accounts", fields)
    for business in await _businesses(person):
        for edge in ("owned_pages", "client_pages"):
            found += await _tolerant(person, f"{business}/{edge}", fields)
    return list({str(page.get("id")): page for page in found[::-1] if page.get("access_token")}.values())[
        ::-1
    ]


async def _businesses(person: Graph) -> list[str]:
    found = await _tolerant(person, "me/businesses", "id")
    return [str(each["id"]) for each in found if each.get("id")][:MOST]


async def _tolerant(person: Graph, edge: str, fields: str) -> list[dict[str, Any]]:
    """A list that not everybody may read; trouble with the network is trouble all the same."""
    try:
        return await _all(person, edge, fields)
    except ConnectorError as error:
        if known(error) and error.code != "scope":
            raise
        return []


async def _all(person: Graph, edge: str, fields: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    for _page in range(MOST):
        page = await person.get(edge, fields=fields, limit=100, **after)
        found += list_of(page)
        if not (onward := onward_of(page)):
            break
        after = {"after": onward}
    return found


def onward_of(page: Mapping[str, Any]) -> str:
    """Where the list of an answer goes on; empty if it ends there."""
    paging = page.get("paging")
    if not isinstance(paging, dict) or not paging.get("next"):
        return ""
    cursors = paging.get("cursors")
    return str(cursors.get("after") or "") if isinstance(cursors, dict) else ""


def nothing_found(says: str) -> Refused:
    """The person let us in, and there is nothing that could be a channel."""
    return Refused(says, code="no_channel")

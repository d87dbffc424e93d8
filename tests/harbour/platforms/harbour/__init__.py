"""The connector of Harbour: as small as one can be that signs in, renews, revokes and publishes."""

from __future__ import annotations

from datetime import UTC, datetime

from tabard.connectors.base import (
    NOT_THERE,
    Access,
    Begun,
    Connected,
    Connector,
    Profile,
    Published,
    place_of,
)
from tabard.connectors.card import (
    Ability,
    App,
    Auth,
    Card,
    CountedIn,
    Field,
    Placement,
    Proof,
    Secret,
    TextLimit,
    TextRule,
)
from tabard.connectors.errors import Expired, Later, Refused, Revoked
from tabard.connectors.outcome import failure

SERVER = Field("server", "Address", "server")
CARD = Card(
    name="harbour",
    label="Harbour",
    mark="Ha",
    auth=(
        Auth(
            Secret.OAUTH2,
            "Sign in",
            (SERVER,),
            scopes={Ability.PUBLISHES: ("write",), Ability.DELETES: ("erase",)},
            expires=True,
        ),
    ),
    placements=(Placement("post", "Post", TextRule((TextLimit(500, CountedIn.CODEPOINTS),))),),
    budgets=(),
    abilities=frozenset(
        {Ability.AUTHORISES, Ability.PUBLISHES, Ability.DELETES, Ability.RENEWS, Ability.REVOKES}
    ),
    hosts=("{base}",),
    proof=Proof.LOOKUP,
    settle=0.0,
    as_of="2026-11",
    timeout=10.0,
    app=App(
        "https://harbour.example/apps",
        ("Open the page of apps.", "Press “New app”."),
        review="They look at it for a week.",
    ),
    renew_before=600.0,
)


class Harbour(Connector):
    card = CARD

    async def begin(self, fields, redirect_uri, http):
        keep = {"server": fields["server"], "state": "s" * 24, "redirect_uri": redirect_uri}
        return Begun(
            f"{fields['server']}/authorize?client_id={fields['client_id']}&state={keep['state']}", keep
        )

    async def finish(self, keep, query, http):
        if query.get("state") != keep["state"] or not query.get("code"):
            raise Refused("Harbour did not let Tabard in.")
        line = http.to({place_of(keep["server"])}, timeout=10)
        body = {"code": query["code"], **{n: keep[n] for n in ("client_id", "client_secret")}}
        given = await line.call("POST", f"{keep['server']}/token", data=body)
        if not given.ok:
            raise failure(given, str(given.json()))
        found = given.data("channels")
        return tuple(self._connected(keep["server"], one) for one in found["channels"])

    def _connected(self, server, one):
        session = {name: one[name] for name in ("access", "refresh", "ends", "scopes")}
        access = Access("harbour", server, one["id"], one["handle"], {}, session)
        return Connected(access, Profile(one["id"], one["handle"], url=f"{server}/@{one['handle']}"))

    def ends(self, access):
        ends = access.session.get("ends")
        return datetime.fromtimestamp(ends, UTC) if ends else None

    async def renew(self, access, http):
        body = {"refresh": access.session["refresh"], **access.app}
        answer = await self.line(access, http).call("POST", f"{access.base_url}/token", data=body)
        if answer.status == 400:
            raise Revoked("Harbour no longer takes the key to renew with.", raw=answer.raw())
        if not answer.ok:
            raise Later("Harbour has a fault.", code="fault")
        access.session.update(answer.data("access", "refresh", "ends"))

    async def revoke(self, access, http):
        answer = await self.line(access, http).call(
            "POST", f"{access.base_url}/revoke", data={"refresh": access.session["refresh"]}
        )
        if not answer.ok:
            raise failure(answer)

    async def _asked(self, access, http, method, path, **more):
        bearer = {"Authorization": f"Bearer {access.session.get('access')}"}
        answer = await self.line(access, http).call(method, access.base_url + path, headers=bearer, **more)
        if answer.status == 401:
            raise Expired("The access has ended.") if answer.json() == "expired" else Revoked("Not any more.")
        if not answer.ok:
            raise failure(answer)
        return answer

    async def check(self, access, http):
        found = (await self._asked(access, http, "GET", "/me")).data("id")
        return Profile(found["id"], found["handle"], url=f"{access.base_url}/@{found['handle']}")

    def mint(self, outgoing):
        return {"key": outgoing.key}

    async def prepare(self, access, outgoing, state, http):
        await self._asked(access, http, "GET", "/me")
        return dict(state)

    async def commit(self, access, outgoing, state, http):
        body = {"text": outgoing.text, "key": outgoing.key}
        found = (await self._asked(access, http, "POST", "/posts", data=body, commit=True)).data("id")
        return Published(found["id"], f"{access.base_url}/posts/{found['id']}")

    async def delete(self, access, remote_id, http):
        await self._asked(access, http, "GET", "/me")

    async def find(self, access, outgoing, state, http):
        found = (await self._asked(access, http, "GET", "/posts", params={"key": outgoing.key})).json()
        return Published(found, f"{access.base_url}/posts/{found}") if found else NOT_THERE


CONNECTOR = Harbour

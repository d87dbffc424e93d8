"""Pictures: given as bytes before, each on its own and unseen; the post that shows them names their ids."""

from __future__ import annotations

from datetime import timedelta

from tabard.connectors.base import Access, Media, Outgoing, State
from tabard.connectors.errors import ConnectorError
from tabard.connectors.families.meta import Graph, data, id_of
from tabard.connectors.media import fit
from tabard.connectors.outcome import date_of
from tabard.connectors.platforms.facebook.card import POST

SIDE = 2048
LIFE = timedelta(hours=20)  # they are cleared away after about a day


async def prepared(access: Access, there: Graph, outgoing: Outgoing, state: State) -> State:
    """All pictures are there. Those of an earlier try are taken while they last."""
    now, since = there.http.clock(), date_of(str(state.get("uploaded") or ""))
    kept = dict(state.get("photos") or {}) if since and now - since < LIFE else {}
    state = {**state, "photos": kept, "uploaded": (since if kept and since else now).isoformat()}
    for item in outgoing.media:
        if item.key in kept:
            continue
        try:
            kept[item.key] = await _uploaded(access, there, item)
        except ConnectorError as error:
            error.state = {**state, **(error.state or {})}
            raise
    return state


async def _uploaded(access: Access, there: Graph, item: Media) -> str:
    """One picture, made to fit and without what was hidden in it; gives its id."""
    rule = POST.rule_for("image")
    assert rule is not None
    picture = await fit(await item.load(), rule, side=SIDE)
    fields = {"published": "false", **({"alt_text_custom": item.alt} if item.alt else {}), **there.token}
    name = f"picture.{picture.mime.partition('/')[2]}"
    answer = await there.http.call(
        "POST",
        f"{there.base}/{access.remote_id}/photos",
        data=fields,
        files={"source": (name, picture.body, picture.mime)},
    )
    return id_of(data(answer))

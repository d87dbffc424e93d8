"""Our Bluesky connector against a real server: everything a delivery needs, and its worst moment."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tabard.connectors import errors
from tabard.connectors.base import NOT_THERE, Access, Outgoing, Published
from tabard.connectors.http import Http, open_http
from tabard.connectors.registry import connector
from tabard.connectors.stage import picture
from tests.networks.bluesky import Network
from tests.networks.breaking import breaking

pytestmark = pytest.mark.devnet

HOSTS = {"localhost", "127.0.0.1"}
ME = connector("bluesky")


@pytest.fixture(scope="session")
def fields(bluesky_network: Network) -> dict[str, str]:
    return bluesky_network.join("town")


def outgoing(text: str, **more: Any) -> Outgoing:
    made = Outgoing(key=str(uuid4()), text=text, created_at=datetime.now(UTC), language="bg", **more)
    return replace(made, own=ME.mint(made))


async def publish(access: Access, post: Outgoing, http: Http) -> Published:
    state = await ME.prepare(access, post, {}, http)
    return await ME.commit(access, post, json.loads(json.dumps(state)), http)


def story(fields: dict[str, str], tell: Callable[[Access, Http], Awaitable[None]]) -> None:
    """Connect the channel and tell a story with it."""

    async def whole() -> None:
        async with open_http(HOSTS) as http:
            connected = await ME.connect(fields, http)
            await tell(connected.access, http)

    asyncio.run(whole())


def on_server(network: Network, uri: str) -> dict[str, Any]:
    """A post as the server gives it to anybody."""
    _at, _slash, did, collection, rkey = uri.split("/")
    query = {"repo": did, "collection": collection, "rkey": rkey}
    answer = httpx.get(f"{network.pds}/xrpc/com.atproto.repo.getRecord", params=query)
    found: dict[str, Any] = answer.json()
    return found


def count(network: Network, did: str) -> int:
    query = {"repo": did, "collection": "app.bsky.feed.post", "limit": "100"}
    answer = httpx.get(f"{network.pds}/xrpc/com.atproto.repo.listRecords", params=query)
    return len(answer.json()["records"])


def test_connecting_finds_the_server_by_the_handle(bluesky_network: Network, fields: dict[str, str]) -> None:
    async def tell(access: Access, http: Http) -> None:
        assert access.base_url == bluesky_network.pds
        assert access.remote_id.startswith("did:plc:")
        assert (await ME.check(access, http)).handle == fields["handle"]

    story(fields, tell)


def test_a_wrong_app_password_is_revoked(fields: dict[str, str]) -> None:
    with pytest.raises(errors.Revoked):
        story({**fields, "password": "aaaa-bbbb-cccc-dddd"}, lambda access, http: asyncio.sleep(0))


def test_a_post_with_a_picture_and_live_parts_is_read_back_as_it_was_sent(
    bluesky_network: Network, fields: dict[str, str]
) -> None:
    async def tell(access: Access, http: Http) -> None:
        post = outgoing("Здравей 👋 @town.test #днес https://example.org/п", media=(picture(alt="Площадът"),))
        sent = await publish(access, post, http)
        value = on_server(bluesky_network, sent.remote_id)["value"]
        assert value["text"] == post.text
        assert value["embed"]["images"][0]["alt"] == "Площадът"
        assert value["embed"]["images"][0]["aspectRatio"] == {"width": 640, "height": 480}
        shown = post.text.encode()
        live = [shown[f["index"]["byteStart"] : f["index"]["byteEnd"]].decode() for f in value["facets"]]
        assert live == ["@town.test", "#днес", "https://example.org/п"]
        assert value["facets"][0]["features"][0]["did"] == access.remote_id

    story(fields, tell)


def test_a_picture_of_several_megabytes_is_taken(bluesky_network: Network, fields: dict[str, str]) -> None:
    async def tell(access: Access, http: Http) -> None:
        sent = await publish(access, outgoing("", media=(picture(width=4000, height=3000),)), http)
        image = on_server(bluesky_network, sent.remote_id)["value"]["embed"]["images"][0]
        assert image["image"]["size"] <= 1_000_000

    story(fields, tell)


def test_a_reply_stands_in_its_thread_and_a_deleted_post_is_gone(
    bluesky_network: Network, fields: dict[str, str]
) -> None:
    async def tell(access: Access, http: Http) -> None:
        first = await publish(access, outgoing("First"), http)
        second = await publish(access, outgoing("Second", reply_to=first.remote_id), http)
        third = outgoing("Third", reply_to=second.remote_id)
        sent = await publish(access, third, http)
        reply = on_server(bluesky_network, sent.remote_id)["value"]["reply"]
        assert (reply["root"]["uri"], reply["parent"]["uri"]) == (first.remote_id, second.remote_id)
        assert (await ME.find(access, third, {}, http)).remote_id == sent.remote_id
        for _again in range(2):
            await ME.delete(access, sent.remote_id, http)
        assert await ME.find(access, third, {}, http) is NOT_THERE

    story(fields, tell)


def test_a_thread_of_three_with_a_lost_answer_in_its_middle_is_there_once(
    bluesky_network: Network, fields: dict[str, str]
) -> None:
    async def tell(access: Access, http: Http) -> None:
        before = count(bluesky_network, access.remote_id)
        first = await publish(access, outgoing("Part one"), http)
        part = outgoing("Part two", reply_to=first.remote_id)
        async with breaking(bluesky_network.pds, b"com.atproto.repo.putRecord") as way:
            over = replace(access, base_url=way.url)
            state = await ME.prepare(over, part, {}, http)
            way.on = True
            with pytest.raises(errors.Unsure):
                await ME.commit(over, part, state, http)
        second = await ME.find(access, part, state, http)
        assert isinstance(second, Published)
        third = await publish(access, outgoing("Part three", reply_to=second.remote_id), http)
        assert count(bluesky_network, access.remote_id) == before + 3
        reply = on_server(bluesky_network, third.remote_id)["value"]["reply"]
        assert (reply["root"]["uri"], reply["parent"]["uri"]) == (first.remote_id, second.remote_id)
        for post in (third, second, first):
            await ME.delete(access, post.remote_id, http)
        assert count(bluesky_network, access.remote_id) == before

    story(fields, tell)


def test_an_answer_lost_after_the_server_accepted_is_found_and_never_sent_twice(
    bluesky_network: Network, fields: dict[str, str]
) -> None:
    async def tell(access: Access, http: Http) -> None:
        before = count(bluesky_network, access.remote_id)
        async with breaking(bluesky_network.pds, b"com.atproto.repo.putRecord") as way:
            over = replace(access, base_url=way.url)
            post = outgoing("Once, whatever happens")
            state = await ME.prepare(over, post, {}, http)
            way.on = True
            with pytest.raises(errors.Unsure):
                await ME.commit(over, post, state, http)
            assert way.broken == 1
            way.on = False
            found = await ME.find(over, post, state, http)
            assert isinstance(found, Published)
            again = await ME.commit(over, post, state, http)
            assert again.remote_id == found.remote_id
        assert count(bluesky_network, access.remote_id) == before + 1

    story(fields, tell)


def test_the_same_id_is_never_written_over(bluesky_network: Network, fields: dict[str, str]) -> None:
    async def tell(access: Access, http: Http) -> None:
        post = outgoing("The first words")
        sent = await publish(access, post, http)
        again = await publish(access, replace(post, text="Other words"), http)
        assert again.remote_id == sent.remote_id
        assert on_server(bluesky_network, sent.remote_id)["value"]["text"] == "The first words"

    story(fields, tell)


def test_two_at_once_with_one_id_make_one_post(bluesky_network: Network, fields: dict[str, str]) -> None:
    async def tell(access: Access, http: Http) -> None:
        before = count(bluesky_network, access.remote_id)
        post = outgoing("Two workers")
        state = await ME.prepare(access, post, {}, http)
        sent = await asyncio.gather(
            *(ME.commit(access, post, state, http) for _n in range(4)), return_exceptions=True
        )
        assert {one.remote_id for one in sent if isinstance(one, Published)} == {
            f"at://{access.remote_id}/app.bsky.feed.post/{post.own['rkey']}"
        }
        assert count(bluesky_network, access.remote_id) == before + 1

    story(fields, tell)


def test_an_ended_session_is_renewed_and_an_ended_password_needs_a_person(bluesky_network: Network) -> None:
    fields = bluesky_network.join("leaver")

    async def tell(access: Access, http: Http) -> None:
        kept: list[Any] = []

        async def keep(session: Any) -> None:
            kept.append(session)

        access = replace(access, keep=keep)
        access.session["accessJwt"] = access.session["refreshJwt"]
        await publish(access, outgoing("Renewed"), http)
        assert len(kept) == 1
        body = {"identifier": fields["handle"], "password": "password of leaver"}
        token = bluesky_network.call("com.atproto.server.createSession", body)["accessJwt"]
        bluesky_network.call("com.atproto.server.revokeAppPassword", {"name": "tabard"}, token)
        access.session.clear()
        fresh = replace(access, secret={"password": fields["password"]}, remote_id=access.remote_id)
        ME.sessions._newest.clear()
        with pytest.raises(errors.Revoked):
            await publish(fresh, outgoing("Nobody sees this"), http)

    story(fields, tell)


def test_the_card_says_what_the_server_says_of_text(fields: dict[str, str]) -> None:
    async def tell(access: Access, http: Http) -> None:
        await publish(access, outgoing("я" * 300), http)
        with pytest.raises(errors.Refused):
            await publish(access, outgoing("я" * 301), http)

    story(fields, tell)

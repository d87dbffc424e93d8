"""A program that names what it has read (`If-Match`) overwrites nothing it has not seen: every operation."""

from __future__ import annotations

import json
import re
import threading
from typing import Any

import pytest
from django.apps import apps
from django.db import close_old_connections
from django.test import Client

from tabard.access.actions import make_token
from tabard.api.root import api
from tabard.kernel import clock, endpoint
from tabard.posts.models import Attachment, Campaign
from tests import snapshots
from tests.conftest import BEHIND, Things

IDS = re.compile(r"{(?:\w+:)?(\w+)}")
SOURCE = {
    **{
        "name": "Okta",
        "issuer": "https://okta.example",
        "client": "x",
        "groups_claim": "groups",
        "domains": [],
    },
    **dict.fromkeys(
        ("address", "logout_address", "certificates", "metadata_address", "metadata_certificate"), ""
    ),
    **dict.fromkeys(("links", "makes_people", "alone", "brings_factor", "encrypted", "takes_cbc"), False),
    **{"signs_out": False, "enabled": True},
}
# What each changing operation is sent; `{unit_id}` and the like are put in.
BODIES: dict[str, dict[str, Any] | list[Any]] = {
    "PUT /admin-findings/{int:finding_id}/acceptance": {"reason": "On loan"},
    "PUT /admin-findings/{int:finding_id}/owner": {"owner_id": "{owner}"},
    "PUT /administrators/{int:admin_id}/person": {"person_id": "{owner}"},
    "PATCH /assets/{int:asset_id}": {"alt": "A bowl of soup"},
    "PUT /audit/term": {"months": 120},
    "PUT /cases/{int:case_id}/owner": {"owner": "{owner}"},
    "PUT /campaigns/{int:campaign_id}": {"name": "Stews", "starts_on": None, "ends_on": None},
    "PUT /conversations/{int:conversation_id}/answering": {},
    "PUT /conversations/{int:conversation_id}/done": {},
    "PATCH /channels/{int:channel_id}": {"purpose": "Recipes"},
    "PATCH /channels/{int:channel_id}/worth": {"hours": 3},
    "PATCH /channel-requests/{int:channel_request_id}": {"purpose": "Stews"},
    "PUT /channels/{int:channel_id}/connection": {"kind": "token", "fields": {}},
    "PUT /channels/{int:channel_id}/second": {"person_id": "{owner}"},
    "PUT /channels/{int:channel_id}/state": {"state": "dormant", "why": "Nobody writes"},
    "PUT /channels/{int:channel_id}/unit": {"unit_id": "{north}"},
    "PATCH /credentials/{int:credential_id}": {"name": "Desk"},
    "PUT /credentials/{int:credential_id}/codes": {"codes": "A" * 32},
    "PUT /credentials/{int:credential_id}/password": {"password": "another password"},
    "PUT /deliveries/{int:delivery_id}/removal": {},
    "PUT /differences/{int:difference_id}/decision": {"decision": "refused"},
    "PUT /directories/{int:directory_id}": {
        "name": "Okta",
        "unit_id": "{north}",
        "domains": [],
        "links": False,
    },
    "PUT /directories/{int:directory_id}/groups": [],
    "PUT /directories/{int:directory_id}/places": [],
    "PATCH /channels/{int:channel_id}/portrait": {"bio": "Soups"},
    "PUT /channels/{int:channel_id}/public": {"shown": "yes"},
    "PUT /findings/{int:entry_finding_id}/kept": {"reason": "It is known"},
    "PUT /findings/{int:entry_finding_id}/merged": {"into_id": 1},
    "PUT /findings/{int:entry_finding_id}/people": {"owner": "{owner}"},
    "PUT /findings/{int:entry_finding_id}/retired": {"reason": "Nobody reads it"},
    "PUT /imports/{int:import_id}/columns": {"kind": "channels", "fields": {}},
    "PUT /imports/{int:import_id}/written": {},
    "PUT /items/{int:item_id}/answer": {"choice": "keep"},
    "PATCH /me": {"zone": "Europe/Sofia"},
    "PATCH /people/{int:person_id}": {"title": "Cook"},
    "PATCH /posts/{int:post_id}": {"title": "Stew"},
    "PATCH /posts/{int:post_id}/pictures/{int:picture_id}": {"alt": "A bowl"},
    "PUT /posts/{int:post_id}/schedule": {},
    "PATCH /posts/{int:post_id}/variants/{int:variant_id}": {"text": "Stew"},
    "PATCH /reorganisations/{int:change_id}": {"plan": {}},
    "PUT /public-register": {"is_on": True, "contact": ""},
    "PUT /public-register/channels": {"channel_ids": [1], "shown": "yes"},
    "PUT /roles/{int:role_id}": {"permissions": ["org.see"]},
    "PUT /rotations/{int:rotation_id}/owner": {"owner_id": "{owner}"},
    "PUT /sheets/{int:sheet_id}/person": {"person_id": "{owner}"},
    "PATCH /sightings/{int:sighting_id}": {"name": "Soups"},
    "PUT /sightings/{int:sighting_id}/decision": {"decision": "fan"},
    "PUT /sources/{int:source_id}": SOURCE,
    "PUT /sources/{int:source_id}/groups": [],
    "PATCH /units/{int:unit_id}": {"name": "The Nordics"},
    "PUT /units/{int:unit_id}/policies/{matter}": {"value": 90},
}
assert api, "the operations are known once it is there"
CHANGING = [o for o in endpoint.operations if o.method in {"PUT", "PATCH"}]


@pytest.fixture
def desk(cast):
    """A program of the owner, and the addresses it uses."""
    things = Things(cast, cast.by("stranger"))
    ids = {name: things.of(apps.get_model(model)).pk for name, model in BEHIND.items()}
    post = apps.get_model("posts.Post").objects.get(pk=ids["post_id"])
    picture = Attachment.objects.create(post=post, asset_id=ids["asset_id"], position=1)
    ids |= {
        "picture_id": picture.pk,
        "variant_id": post.variants.get().pk,
        "role_id": apps.get_model("org.Role").objects.get(slug="analyst").pk,
        "matter": "grant_days",
    }
    return Desk(cast, ids)


class Desk:
    def __init__(self, cast: Any, ids: dict[str, Any]) -> None:
        self.cast, self.ids = cast, ids
        key = make_token(cast.by("owner"), cast.owner, name="desk", dangerous=True).key
        self.client = Client(headers={"Authorization": f"Bearer {key}"})

    def address(self, path: str) -> str:
        return "/api/v1" + IDS.sub(lambda found: str(self.ids[found[1]]), path)

    def read(self, path: str) -> Any:
        return self.client.get(self.address(endpoint.readable(path)))

    def send(self, method: str, path: str, body: Any, **headers: str) -> Any:
        known = {"{north}": self.cast.north.pk, "{owner}": self.cast.owner.pk}
        if isinstance(body, dict):
            body = {name: known.get(str(value), value) for name, value in body.items()}
        return self.client.generic(
            method, self.address(path), json.dumps(body), content_type="application/json", headers=headers
        )


def test_every_changing_operation_is_tried_here():
    assert {f"{o.method} {o.path}" for o in CHANGING} == BODIES.keys()


@pytest.mark.parametrize("operation", CHANGING, ids=lambda o: f"{o.method} {o.path}")
def test_what_was_not_read_is_not_changed(operation, desk):
    name = f"{operation.method} {operation.path}"
    before = desk.read(operation.path)
    tag = before["ETag"]
    assert desk.read(operation.path)["ETag"] == tag, "reading changes nothing"
    stale = desk.send(operation.method, operation.path, BODIES[name], **{"If-Match": '"another"'})
    assert (stale.status_code, stale["Content-Type"]) == (412, "application/problem+json"), stale.content
    assert stale.json()["detail"] == "This was changed after it was read. Read it again."
    assert desk.read(operation.path).content == before.content
    seen = desk.send(operation.method, operation.path, BODIES[name], **{"If-Match": f'"other", W/{tag}'})
    assert seen.status_code != 412, seen.content


def test_whoever_comes_second_is_told_who_came_first_and_reads_again(desk):
    path = "/campaigns/{int:campaign_id}"
    first = desk.read(path)["ETag"]
    days = {"starts_on": None, "ends_on": None}
    done = desk.send("PUT", path, {"name": "Soups", **days}, **{"If-Match": first})
    assert done.status_code == 200
    told = desk.send("PUT", path, {"name": "Stews", **days}, **{"If-Match": first})
    assert told.status_code == 412
    changed = told.json()["changed"]
    assert (changed["by"], changed["action"], changed["fields"]) == ("Ada Berg", "campaign.change", ["name"])
    assert Campaign.objects.get(pk=desk.ids["campaign_id"]).name == "Soups"
    again = desk.read(path)
    assert again.json()["name"] == "Soups"
    last = desk.send("PUT", path, {"name": "Stews", **days}, **{"If-Match": again["ETag"]})
    assert last.status_code == 200


def test_without_the_header_and_with_a_star_it_is_changed_as_it_stands(desk):
    path = "/units/{int:unit_id}"
    assert desk.send("PATCH", path, {"name": "Northern lands"}).status_code == 200
    assert desk.send("PATCH", path, {"name": "The Nordics"}, **{"If-Match": "*"}).status_code == 200
    assert desk.send("PATCH", path, {"name": "x"}, **{"If-Match": ""}).status_code == 412


def test_taking_away_asks_too(desk):
    path = "/posts/{int:post_id}"
    tag = desk.read(path)["ETag"]
    assert desk.send("PATCH", path, {"title": "Stew"}).status_code == 200
    assert desk.send("DELETE", path, {}, **{"If-Match": tag}).status_code == 412
    assert desk.send("DELETE", path, {}, **{"If-Match": desk.read(path)["ETag"]}).status_code == 204


# What readings and workers write, and who would be told of a change that nobody made.
MOVED = {
    "register.Channel": {"followers": 12_345, "health": "limited", "problem_says": "x"},
    "register.Import": {"rows_done": 7},
    "safety.PlatformAdmin": {"last_at": clock.now},
}
MOVING = {
    "PATCH /channels/{int:channel_id}": "register.Channel",
    "PUT /imports/{int:import_id}/columns": "register.Import",
    "PUT /administrators/{int:admin_id}/person": "safety.PlatformAdmin",
}


@pytest.mark.parametrize(
    "operation",
    [o for o in CHANGING if f"{o.method} {o.path}" in MOVING],
    ids=lambda o: f"{o.method} {o.path}",
)
def test_what_moves_by_itself_stands_in_nobodys_way(operation, desk):
    name = f"{operation.method} {operation.path}"
    label, tag = MOVING[name], desk.read(operation.path)["ETag"]
    model = apps.get_model(label)
    word = next(word for word, behind in BEHIND.items() if behind == label)
    moved = {field: value() if callable(value) else value for field, value in MOVED[label].items()}
    model.objects.filter(pk=desk.ids[word]).update(**moved)
    assert desk.read(operation.path)["ETag"] != tag, "whoever keeps a copy is told that it is an old one"
    sent = desk.send(operation.method, operation.path, BODIES[name], **{"If-Match": tag})
    assert sent.status_code != 412, sent.content


def test_what_the_log_does_not_count_as_a_change_is_none_for_a_tag():
    """Columns that only workers write (`facts_hidden`) are marked where answers show them."""
    hidden: dict[str, set[str]] = {}
    for model in apps.get_models():
        for field in getattr(model, "facts_hidden", ()):
            hidden.setdefault(field, set()).add(model.__name__)
    unmarked = [
        f"{shape}.{field}"
        for shape, told in snapshots.document()["components"]["schemas"].items()
        for field, how in told.get("properties", {}).items()
        if any(shape in {f"{m}Out", f"Audit{m}Out"} for m in hidden.get(field, ()))
        and not how.get("x-moves-by-itself")
    ]
    # Whoever answers a line of a review decides upon its facts: when they move, it is read again.
    assert unmarked == ["ItemOut.facts"]


def test_of_many_at_once_one_comes_first(own_database, django_db_blocker):
    """Twelve programs that have read the same state: one of them changes it, eleven are told."""
    from tests.cast import cast as build

    with django_db_blocker.unblock():
        company = build()
        campaign = Campaign.objects.create(unit=company.nordics, name="Soups")
        desk = Desk(company, {"campaign_id": campaign.pk})
        path = "/campaigns/{int:campaign_id}"
        tag, answers = desk.read(path)["ETag"], []

        def change(number: int) -> None:
            said = {"name": f"Soups {number}", "starts_on": None, "ends_on": None}
            answers.append(desk.send("PUT", path, said, **{"If-Match": tag}).status_code)
            close_old_connections()

        threads = [threading.Thread(target=change, args=(n,)) for n in range(12)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert sorted(answers) == [200] + [412] * 11


def test_the_document_says_where_a_tag_is_got_and_sent():
    paths = snapshots.document()["paths"]
    for operation in CHANGING:
        told = paths["/api/v1" + operation.path.replace("{int:", "{")][operation.method.lower()]
        assert "If-Match" in {p["name"] for p in told["parameters"]}, operation.path
        there = paths["/api/v1" + endpoint.readable(operation.path).replace("{int:", "{")]["get"]
        assert "ETag" in there["responses"]["200"]["headers"]

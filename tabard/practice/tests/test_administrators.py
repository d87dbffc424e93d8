"""Who administers a channel: kept by whoever runs the network, read by the channel."""

from __future__ import annotations

from datetime import datetime

from tabard.practice.tests.conftest import MORNING

ANA = {"id": "ana", "name": "Ana Petrova", "email": "ana@tabard.example"}
BEN = {"id": "ben", "name": "Ben Lind", "role": "editor"}


def names(town, by="meridian"):
    found = town.ask("GET", "/api/administrators", by=by).json()["administrators"]
    return [(one["id"], one["role"]) for one in found]


def let_in(town, *people):
    path = "/api/channels/meridian/administrators"
    return town.ask("PUT", path, by="admin", json={"administrators": list(people)})


def test_a_channel_reads_who_administers_it_and_since_when(town) -> None:
    let_in(town, ANA, BEN)
    assert names(town) == [("ana", "admin"), ("ben", "editor")]
    town.channel("acme", "Acme")
    assert names(town, by="acme") == []
    town.pass_(60)
    let_in(town, ANA)
    (ana,) = town.ask("GET", "/api/administrators", by="meridian").json()["administrators"]
    assert ana["id"] == "ana"
    assert datetime.fromisoformat(ana["since"]).timestamp() == MORNING


def test_only_whoever_runs_the_network_says_who_administers(town) -> None:
    path = "/api/channels/meridian/administrators"
    assert town.ask("PUT", path, by="meridian", json={"administrators": [ANA]}).status_code == 401
    assert let_in(town, {**ANA, "role": "king"}).json()["field"] == "role"
    assert let_in(town, {"id": "ana"}).json()["field"] == "name"
    assert names(town) == []


def test_a_network_can_keep_it_to_itself(town) -> None:
    let_in(town, ANA)
    town.turn("meridian", admins="untold")
    refused = town.ask("GET", "/api/administrators", by="meridian")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_told")
    town.turn("meridian", admins=None)
    assert names(town) == [("ana", "admin")]


def test_a_trainer_lets_people_in_and_out_on_the_channels_page(town) -> None:
    page, here = "/@meridian/administrators", {"Host": "localhost"}
    assert town.ask("POST", page, data=BEN).status_code == 403
    assert town.ask("POST", page, data=BEN, headers=here).status_code == 303
    assert "Ben Lind" in town.ask("GET", page).text
    assert names(town) == [("ben", "editor")]
    refused = town.ask("POST", page, data={**BEN, "role": "king"}, headers=here)
    assert (refused.status_code, "A role is one of" in refused.text) == (422, True)
    town.ask("POST", page, data={"end": "ben"}, headers=here)
    assert names(town) == []
    assert town.ask("GET", "/@nobody/administrators").status_code == 404

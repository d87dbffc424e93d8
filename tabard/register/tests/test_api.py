"""The register by API: the same actions, the same refusals."""

import json

from django.core.files.uploadedfile import SimpleUploadedFile

from tabard.register import running
from tabard.register.models import Channel, Import
from tabard.register.tests.test_channels import client_of
from tests.cast import make_channel

API = "/api/v1"


def call(browser, method, path, **body):
    return browser.generic(method, API + path, json.dumps(body), content_type="application/json")


def test_a_channel_from_its_beginning_to_its_end(cast):
    browser = client_of(cast.district)
    made = call(browser, "POST", "/channels", unit_id=cast.nordics.pk, handle="https://x.com/meridian")
    assert made.status_code == 201
    path = f"/channels/{made.json()['id']}"
    changed = call(browser, "PATCH", path, owner="tomasz.wilk@meridian.example", purpose="News")
    assert (changed.json()["answers_id"], changed.json()["purpose"]) == (cast.publisher.pk, "News")
    assert call(browser, "PATCH", path, owner=None).json()["owner_id"] is None
    assert call(browser, "PUT", f"{path}/state", state="dormant").json()["state"] == "dormant"
    assert call(browser, "PUT", f"{path}/state", state="retired").status_code == 422
    assert call(browser, "PUT", f"{path}/state", state="proposed").status_code == 409
    assert call(browser, "DELETE", f"{path}/connection").status_code == 409
    found = browser.get(f"{API}/channels", {"list": "no_owner", "within": cast.nordics.pk}).json()
    assert [c["handle"] for c in found["items"]] == ["meridian"]
    again = call(browser, "POST", "/channels", unit_id=cast.nordics.pk, handle="@Meridian", platform="X")
    assert again.status_code == 422
    assert "already" in str(again.json())


def test_nothing_secret_is_ever_returned(cast):
    made = make_channel(cast.nordics, "meridian")
    found = client_of(cast.district).get(f"{API}/channels/{made.pk}").json()
    assert not {"secret", "session", "connection"} & set(found)


def test_a_stranger_is_told_of_nothing(cast):
    made = make_channel(cast.nordics, "meridian")
    browser = client_of(cast.stranger)
    assert browser.get(f"{API}/channels").json()["items"] == []
    for method, path in (
        ("GET", ""),
        ("PATCH", ""),
        ("POST", "/connection/check"),
        ("DELETE", "/connection"),
    ):
        assert call(browser, method, f"/channels/{made.pk}{path}").status_code == 404
    assert call(
        browser, "POST", "/channels", unit_id=cast.nordics.pk, handle="@a", platform="x"
    ).status_code in {
        403,
        404,
    }


def test_an_import(cast):
    browser = client_of(cast.district)
    file = SimpleUploadedFile("list.csv", b"platform,handle\nx,meridian\nx,two words\n")
    brought = browser.post(f"{API}/imports", {"file": file, "unit_id": cast.nordics.pk})
    assert brought.status_code == 202
    path = f"/imports/{brought.json()['id']}"
    running.check(Import.objects.get().pk)
    assert browser.get(API + path).json()["counts"] == {"new": 1, "changed": 0, "same": 0, "refused": 1}
    refused = browser.get(f"{API}{path}/rows?outcome=refused").json()
    assert [r["row"] for r in refused] == [3]
    assert call(browser, "PUT", f"{path}/written").status_code == 202
    running.write(Import.objects.get().pk)
    assert Channel.objects.get().handle == "meridian"
    assert client_of(cast.stranger).get(API + path).status_code == 404

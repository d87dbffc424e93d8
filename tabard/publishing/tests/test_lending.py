"""Files that a platform fetches by itself: who has the address has the file, for a day, and nobody else."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from tabard.connectors.errors import Refused
from tabard.kernel import clock
from tabard.publishing import lending

HOST = "https://tabard.example"
BODY = b"\xff\xd8\xffpicture"


@pytest.fixture(autouse=True)
def open_to_the_internet(settings, tmp_path):
    settings.PUBLIC_URL = HOST
    settings.MEDIA_ROOT = tmp_path
    settings.ALLOWED_HOSTS = ["*"]


def lend(body: bytes = BODY, mime: str = "image/jpeg") -> str:
    return asyncio.run(lending.lend(body, mime)).removeprefix(HOST)


def fetched(address: str):
    return Client().get(address)


@pytest.mark.django_db
def test_who_has_the_address_has_the_file_without_signing_in():
    answer = fetched(lend())
    assert answer.status_code == 200
    assert answer.getvalue() == BODY
    assert answer["Content-Type"] == "image/jpeg"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert not answer.cookies


def test_the_same_file_is_lent_once_and_its_name_tells_nothing():
    assert lend() == lend()
    assert lend() != lend(BODY + b"x")
    day = lend().split("/")[2]
    assert len(default_storage.listdir(f"lent/{day}")[1]) == 2


@pytest.mark.django_db
def test_after_its_day_it_is_neither_given_nor_there(monkeypatch):
    address, start = lend(), clock.now()
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(days=1))
    assert fetched(address).getvalue() == BODY
    assert lending.clear() == 0
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(days=2))
    assert fetched(address).status_code == 404
    assert lending.clear() == 1
    assert default_storage.listdir("lent") == ([], [])


@pytest.mark.django_db
def test_no_other_name_opens_anything():
    day = lend().split("/")[2]
    default_storage.save("assets/secret.jpg", ContentFile(b"secret"))
    name = lend().split("/")[3]
    for address in (
        f"/lent/{day}/{'A' * 43}.jpg",
        f"/lent/{day}/{name.replace('.jpg', '.png')}",
        f"/lent/{day}/..%2F..%2Fassets%2Fsecret.jpg",
        "/lent/../assets/secret.jpg",
        "/lent/assets/secret.jpg",
        f"/lent/{day.replace('-', '')}/{name}",
        f"/lent/9999-12-31/{name}",
        f"/lent/{day}/{name}%0A",
        f"/lent/{day}/%00{name}",
    ):
        assert fetched(address).status_code in {400, 404}, address


def test_where_nobody_can_come_nothing_is_lent(settings):
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    with pytest.raises(Refused) as refused:
        lend()
    assert refused.value.code == "no_address"
    assert not default_storage.exists("lent")


def test_what_is_neither_picture_nor_film_is_not_lent():
    with pytest.raises(Refused):
        lend(b"<script>", "text/html")

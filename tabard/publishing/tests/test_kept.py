"""Files of the library on their way: what was approved, in pieces, and lent without a copy."""

from __future__ import annotations

import asyncio
import hashlib
import os
from dataclasses import replace

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.test import Client

from tabard.connectors.base import PIECE
from tabard.connectors.errors import Refused
from tabard.kernel import stored
from tabard.publishing import lending
from tabard.publishing.kept import Kept, media_of

BODY = os.urandom(3 * PIECE + 17)
HOST = "https://tabard.example"


@pytest.fixture(autouse=True)
def elsewhere(settings, tmp_path):
    settings.MEDIA_ROOT, settings.PUBLIC_URL, settings.ALLOWED_HOSTS = tmp_path, HOST, ["*"]


def film(body: bytes = BODY) -> Kept:
    row = dict.fromkeys(("width", "height", "pages"), 0) | dict.fromkeys(("seconds", "fps"), 0.0)
    row |= {
        "file": default_storage.save("film.mp4", ContentFile(body)),
        "size": len(body),
        "name": "soup.mp4",
    }
    row |= {"mime": "video/mp4", "codec": "h264", "sound": "aac", "title": ""}
    said = {"asset": 7, "sha256": hashlib.sha256(body).hexdigest(), "name": "soup.mp4", "alt": "Soup"}
    return media_of(row, said, "video")


def changed(item: Kept) -> Kept:
    """Somebody has written over the file since it was approved, to the byte as long."""
    with open(default_storage.path(item.file), "r+b") as file:
        file.seek(PIECE)
        file.write(b"other")
    return item


async def all_of(item: Kept) -> list[bytes]:
    return [piece async for piece in item.pieces()]


def test_it_comes_in_pieces_and_whole():
    pieces = asyncio.run(all_of(film()))
    assert b"".join(pieces) == BODY
    assert max(map(len, pieces)) == PIECE
    assert asyncio.run(film().load()) == BODY
    assert asyncio.run(film().read(len(BODY) - 5, 100)) == BODY[-5:]


def test_of_a_file_that_was_changed_the_last_piece_never_leaves():
    came: list[bytes] = []

    async def read() -> None:
        async for piece in changed(film()).pieces():
            came.append(piece)

    with pytest.raises(Refused) as refused:
        asyncio.run(read())
    assert refused.value.code == "file_changed"
    assert sum(map(len, came)) < len(BODY)


def test_of_a_file_that_was_changed_nothing_is_given_out_of_turn():
    with pytest.raises(Refused) as refused:
        asyncio.run(changed(film()).read(PIECE * 2, 10))
    assert refused.value.code == "file_changed"


def test_who_begins_again_gets_the_same():
    async def twice(item: Kept) -> bytes:
        await item.read(0, PIECE)
        return b"".join([piece async for piece in item.pieces()])

    assert asyncio.run(twice(film())) == BODY


def test_a_file_that_is_gone_is_said_to_be():
    item = film()
    default_storage.delete(item.file)
    with pytest.raises(Refused) as refused:
        asyncio.run(item.read(0, 1))
    assert refused.value.code == "file_gone"


@pytest.mark.django_db
def test_a_video_is_lent_where_it_lies_and_given_in_parts():
    item = film()
    address = asyncio.run(lending.lend(item, item.mime)).removeprefix(HOST)
    assert asyncio.run(lending.lend(item, item.mime)).removeprefix(HOST) == address
    day = address.split("/")[2]
    (word,) = default_storage.listdir(f"lent/{day}")[1]
    assert default_storage.size(f"lent/{day}/{word}") < 100
    answer = Client().get(address, headers={"Range": "bytes=5-14"})
    assert (answer.status_code, answer.getvalue(), answer["Content-Type"]) == (206, BODY[5:15], "video/mp4")
    assert Client().get(address).getvalue() == BODY
    assert Client().get(f"{address}.of").status_code == 404


def test_a_video_that_was_changed_is_not_lent():
    item = changed(film())
    with pytest.raises(Refused):
        asyncio.run(lending.lend(item, item.mime))


def test_what_a_connector_made_fit_is_lent_as_it_is():
    made = replace(film(), part=None).made(b"\xff\xd8fitted", "image/jpeg")
    assert not isinstance(made, Kept)
    address = asyncio.run(lending.lend(b"\xff\xd8fitted", "image/jpeg"))
    assert asyncio.run(lending.lend(made, "image/jpeg")) == address


class Bucket:
    """What django-storages gives of a bucket, as far as it is asked here."""

    def __init__(self, body: bytes) -> None:
        self.body, self.asked = body, []

    def Object(self, key: str) -> Bucket:
        assert key == "folder/film.mp4"
        return self

    def get(self, Range: str) -> dict[str, object]:
        self.asked.append(Range)
        first, _dash, last = Range.removeprefix("bytes=").partition("-")
        self.part = self.body[int(first) : int(last) + 1]
        return {"Body": self}

    def iter_chunks(self, size: int):
        return iter([self.part])


def test_of_a_file_in_a_bucket_only_the_part_is_fetched(monkeypatch):
    pytest.importorskip("botocore")
    bucket = Bucket(BODY)
    monkeypatch.setattr(FileSystemStorage, "bucket", bucket, raising=False)
    monkeypatch.setattr(FileSystemStorage, "location", "folder")
    assert stored.part("film.mp4", 10, 20) == BODY[10:30]
    assert bucket.asked == ["bytes=10-29"]

"""Videos and documents in the library, as people meet them: added, found, played from anywhere, refused."""

from __future__ import annotations

import io
import os
import shutil
import time
from collections import namedtuple
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tabard.audit.models import Entry
from tabard.kernel.errors import Invalid, Refusal
from tabard.library.actions import add_asset
from tabard.library.models import Asset
from tabard.library.tests.films import mp4, pdf, place_notes
from tabard.posts.actions import make_post
from tests.cast import make_channel

LARGE = mp4(data=os.urandom(3_000_000))  # more than is kept in memory while it arrives


@pytest.fixture(autouse=True)
def elsewhere(settings, tmp_path):
    settings.MEDIA_ROOT, settings.INCOMING, settings.FFMPEG = tmp_path / "media", tmp_path / "incoming", ""


@pytest.fixture
def seen(client, cast):
    def as_(who: str) -> Client:
        client.force_login(getattr(cast, who))
        return client

    return as_


def upload(body: bytes = LARGE, name: str = "soup.mp4") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body, "application/octet-stream")


def added(client: Client, **file: object) -> Asset:
    answer = client.post("/library/new/", {"files": [upload(**file)]})
    assert answer.status_code == 302, answer.content.decode()
    return Asset.objects.get()


def test_a_large_film_is_moved_from_where_it_arrived_and_never_copied(seen, settings, monkeypatch):
    monkeypatch.setattr(Path, "read_bytes", None)
    asset = added(seen("creator"))
    assert (asset.kind, asset.length, asset.size) == ("video", "0:03", len(LARGE))
    assert list(Path(settings.INCOMING).iterdir()) == []
    with asset.file.open() as kept:
        assert kept.read() == LARGE
    assert Entry.objects.filter(action="asset.add").exists()


def test_the_same_film_is_kept_once_and_nothing_is_left(seen, settings):
    client = seen("creator")
    added(client)
    added(client)
    assert list(Path(settings.INCOMING).iterdir()) == []


def test_its_page_plays_it_and_says_what_was_taken_out(seen):
    client = seen("creator")
    asset = added(client, body=mp4(notes=place_notes()))
    page = client.get(f"/library/{asset.pk}/").content.decode()
    assert '<video class="whole-picture" controls' in page
    assert f'src="/library/{asset.pk}/whole/"' in page
    assert "where it was taken" in page
    assert "h264, aac" in page


def test_a_document_can_be_had_and_is_never_opened_as_a_page(seen):
    client = seen("creator")
    asset = added(client, body=pdf(), name="soup.pdf")
    assert "2 pages" in client.get(f"/library/{asset.pk}/").content.decode()
    whole = client.get(f"/library/{asset.pk}/whole/")
    assert whole["Content-Type"] == "application/pdf"
    assert whole["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in whole["Content-Security-Policy"]


def test_files_are_found_by_their_kind(seen):
    client = seen("creator")
    client.post("/library/new/", {"files": [upload(), upload(pdf(), "menu.pdf")]})
    page = client.get("/library/?kind=document").content.decode()
    assert ("menu.pdf" in page, "soup.mp4" in page) == (True, False)
    lines = b"".join(client.get("/library/csv/?kind=video")).decode().splitlines()
    assert len(lines) == 2
    assert "Video" in lines[1]


RANGES = {
    "bytes=0-9": (0, 10),
    "bytes=10-": (10, None),
    "bytes=-100": (-100, None),
    "bytes=0-99999999999": (0, None),
    "bytes = 5-5": (5, 6),
}


@pytest.mark.parametrize("asked", RANGES)
def test_a_part_is_given_where_a_part_is_asked_for(seen, asked):
    client = seen("creator")
    asset = added(client)
    answer = client.get(f"/library/{asset.pk}/whole/", headers={"Range": asked})
    first, last = RANGES[asked]
    assert answer.status_code == 206
    assert answer.getvalue() == LARGE[first:last]
    start = first % len(LARGE) if first < 0 else first
    assert answer["Content-Range"] == f"bytes {start}-{start + len(LARGE[first:last]) - 1}/{len(LARGE)}"
    assert int(answer["Content-Length"]) == len(LARGE[first:last])


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=9-3", "bytes=-0"])
def test_a_part_that_is_not_there_is_refused(seen, asked):
    client = seen("creator")
    answer = client.get(f"/library/{added(client).pk}/whole/", headers={"Range": asked})
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(LARGE)}")


ODD = ["", "bytes=-", "bytes=0-1,3-4", "lines=1-2", "bytes=a-b", "bytes=" + "9" * 40 + "-"]


@pytest.mark.parametrize("asked", ODD)
def test_what_is_no_question_for_a_part_gives_all_of_it(seen, asked):
    client = seen("creator")
    answer = client.get(f"/library/{added(client).pk}/whole/", headers={"Range": asked} if asked else {})
    assert (answer.status_code, answer["Accept-Ranges"]) == (200, "bytes")
    assert answer.getvalue() == LARGE


def test_a_part_of_what_was_another_file_gives_all_of_it(seen):
    client = seen("creator")
    address = f"/library/{added(client).pk}/whole/"
    tag = client.get(address)["ETag"]
    for said, status in ((tag, 206), ('"other"', 200)):
        assert client.get(address, headers={"Range": "bytes=0-1", "If-Range": said}).status_code == status


def test_asking_for_the_head_reads_nothing(seen):
    client = seen("creator")
    answer = client.head(f"/library/{added(client).pk}/whole/")
    assert (answer.status_code, answer["Content-Length"], answer.content) == (200, str(len(LARGE)), b"")


def test_whoever_may_not_see_it_gets_no_part_of_it(seen, cast):
    asset = add_asset(cast.by("creator"), cast.nordics, name="a.mp4", data=LARGE)
    for client in (Client(), seen("stranger")):
        answer = client.get(f"/library/{asset.pk}/whole/", headers={"Range": "bytes=0-9"})
        assert answer.status_code in {302, 403, 404}
        assert LARGE[:8] not in b"".join(answer)


def test_what_cannot_be_kept_is_said_in_words_to_the_script_too(seen):
    client = seen("creator")
    answer = client.post("/library/new/", {"files": [upload(LARGE[:-500])]}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert answer.content.decode().startswith("soup.mp4: The video is cut off")


@pytest.mark.django_db
def test_nobody_who_is_not_signed_in_may_send_much(client, monkeypatch):
    monkeypatch.setattr("tabard.web.reading.LARGEST", 1_000_000)
    assert client.post("/library/new/", {"files": [upload()]}).status_code == 400
    assert not Asset.objects.exists()


def test_other_forms_take_no_more_than_before(seen, monkeypatch):
    monkeypatch.setattr("tabard.web.reading.LARGEST", 1_000_000)
    client = seen("creator")
    assert added(client)
    assert client.post("/posts/new/", {"title": "x" * 2_000_000}).status_code == 400


def test_more_than_is_allowed_is_refused_before_it_arrives(seen, settings, monkeypatch):
    settings.LARGEST_FILE = 200_000
    monkeypatch.setattr("tabard.web.reading.LARGEST", 1_000_000)
    client = seen("creator")
    answer = client.post("/library/new/", {"files": [upload()]})
    assert answer.status_code == 400
    assert not Asset.objects.exists()


def test_a_disk_without_room_says_so_before_the_file_arrives(seen, monkeypatch, settings):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10, 10, 1_000_000))
    answer = seen("creator").post("/library/new/", {"files": [upload()]})
    assert answer.status_code == 507
    assert not Asset.objects.exists()


def test_what_a_killed_process_left_is_cleared_away(seen, settings):
    folder = Path(settings.INCOMING)
    folder.mkdir(parents=True)
    for name, age in (("old.upload", 100_000), ("new.upload", 0)):
        (folder / name).touch()
        os.utime(folder / name, (time.time() - age,) * 2)
    added(seen("creator"))
    assert [left.name for left in folder.iterdir()] == ["new.upload"]


def test_half_a_request_is_not_half_a_film(seen, settings):
    """The server ends a body that broke off as if it were complete; so does a proxy."""
    client = seen("creator")
    client.get("/library/")
    head = b'--aVeryLongBoundary\r\nContent-Disposition: form-data; name="files"; filename="a.mp4"\r\n\r\n'
    body = head + LARGE
    answer = client.generic(
        "POST",
        "/library/new/",
        body[:2_900_000],
        "multipart/form-data; boundary=aVeryLongBoundary",
        CONTENT_LENGTH=str(len(body) + 9),
        **{"wsgi.input": io.BytesIO(body[:2_900_000])},
    )
    assert answer.status_code == 400
    assert not Asset.objects.exists()
    assert list(Path(settings.INCOMING).iterdir()) == []


def test_what_is_no_form_leaves_nothing_either(seen, settings):
    """A part that ends within its own head: Django gives up, and the file before it is still open."""
    head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.mp4"\r\n\r\n'
    body = head + LARGE[:2_600_000].replace(b"--x", b"---") + b"\r\n--x" + b"y" * 90_000
    seen("creator").generic("POST", "/library/new/", body, "multipart/form-data; boundary=x")
    assert list(Path(settings.INCOMING).iterdir()) == []


def test_a_film_goes_into_a_post_and_is_played_there(seen, cast):
    channel = make_channel(cast.nordics, "nordics", platform="instagram")
    post = make_post(cast.by("creator"), cast.nordics, title="Soups", text="Soup.", channels=[channel])
    client = seen("creator")
    answer = client.post(
        f"/posts/{post.pk}/pictures/", {"files": [upload(mp4(seconds=1.0))]}, headers={"HX-Request": "true"}
    )
    assert (answer.status_code, answer["HX-Redirect"]) == (204, f"/posts/{post.pk}/")
    page = client.get(f"/posts/{post.pk}/").content.decode()
    assert "<video controls" in page


def test_a_race_for_the_same_film_leaves_no_file_behind(cast, settings, monkeypatch):
    by = cast.by("creator")
    add_asset(by, cast.nordics, name="a.mp4", data=LARGE)
    monkeypatch.setattr("tabard.library.models.AssetQuerySet.filter", lambda self, **_w: self.none())
    with pytest.raises(Refusal, match="at the same moment"):
        add_asset(by, cast.nordics, name="a.mp4", data=LARGE)
    assert len(list(Path(settings.MEDIA_ROOT).rglob("*.mp4"))) == 1


def test_an_empty_file_is_no_film(cast):
    with pytest.raises(Invalid, match="empty"):
        add_asset(cast.by("creator"), cast.nordics, name="a.mp4", data=b"")

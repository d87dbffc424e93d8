"""The screens of posts, as people of the cast see them."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tabard.approvals.models import Approval
from tabard.posts.actions import make_post, submit
from tabard.posts.models import Post
from tests.cast import make_channel


@pytest.fixture
def post(cast) -> Post:
    channels = [make_channel(cast.nordics, "nordics"), make_channel(cast.nordics, "kitchen")]
    return make_post(
        cast.by("creator"), cast.nordics, title="Winter soups", text="Three soups.", channels=channels
    )


@pytest.fixture
def seen(client, cast):
    def as_(who: str):
        client.force_login(getattr(cast, who))
        return client

    return as_


def picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), "orange").save(out, "JPEG")
    return SimpleUploadedFile("soup.jpg", out.getvalue(), "image/jpeg")


@pytest.mark.parametrize("path", ["", "?variant={v}", "channels/", "pictures/", "versions/"])
def test_every_page_of_a_post_opens(seen, post, path):
    variant = post.variants.first().pk
    assert seen("creator").get(f"/posts/{post.pk}/{path.format(v=variant)}").status_code == 200


@pytest.mark.parametrize("path", ["/posts/", "/posts/new/", "/campaigns/", "/library/", "/posts/csv/"])
def test_every_list_opens(seen, post, path):
    assert seen("creator").get(path).status_code == 200


def test_a_post_without_earlier_versions_says_so(seen, post):
    post.versions.all().delete()
    assert "No earlier versions" in seen("creator").get(f"/posts/{post.pk}/versions/").content.decode()


def test_the_download_of_a_list_has_the_filters_of_the_list(seen, post):
    shown = seen("creator").get("/posts/?q=soups").content.decode()
    assert 'href="/posts/csv/?q=soups"' in shown


def test_a_stranger_sees_nothing_of_it(seen, post):
    client = seen("stranger")
    assert client.get(f"/posts/{post.pk}/").status_code == 404
    assert client.post(f"/posts/{post.pk}/text/", {"text": "mine"}).status_code == 404
    assert "Winter soups" not in client.get("/posts/").content.decode()


def test_a_post_is_started_with_its_channels(seen, cast):
    channel = make_channel(cast.nordics, "nordics")
    answer = seen("creator").post("/posts/new/", {"title": "Soup", "text": "Hot.", "channels": [channel.pk]})
    made = Post.objects.get()
    assert answer["Location"] == f"/posts/{made.pk}/"
    assert made.variants.get().channel == channel


def test_typing_saves_and_redraws_what_it_touches(seen, post):
    body = {"text": "Four soups.", "revision": post.revision}
    answer = seen("creator").post(f"/posts/{post.pk}/text/", body, headers={"HX-Request": "true"})
    assert "Four soups." in answer.content.decode()
    assert 'hx-swap-oob="true"' in answer.content.decode()


def test_a_save_in_between_keeps_both_texts(seen, post):
    client = seen("creator")
    client.post(f"/posts/{post.pk}/text/", {"text": "Theirs stands.", "revision": 1})
    answer = client.post(f"/posts/{post.pk}/text/", {"text": "Mine waits.", "revision": 1})
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "Mine waits." in shown
    assert "Theirs" in shown


def test_an_approver_says_yes_to_what_is_shown(seen, post, cast):
    submit(cast.by("creator"), post)
    client = seen("approver")
    assert "Winter soups" in client.get("/approvals/").content.decode()
    assert "Three soups." in client.get(f"/posts/{post.pk}/decision/").content.decode()
    asked = Approval.objects.all()
    body = {
        "answer": "yes",
        "approvals": [a.pk for a in asked],
        **{f"digest-{a.pk}": a.digest for a in asked},
    }
    client.post(f"/posts/{post.pk}/decision/", body)
    assert set(post.variants.values_list("state", flat=True)) == {"approved"}


def test_a_no_without_a_comment_is_sent_back_to_the_approver(seen, post, cast):
    submit(cast.by("creator"), post)
    asked = Approval.objects.first()
    body = {"answer": "no", "approvals": [asked.pk], f"digest-{asked.pk}": asked.digest}
    answer = seen("approver").post(f"/posts/{post.pk}/decision/", body)
    assert (answer.status_code, "should be different" in answer.content.decode()) == (422, True)


def test_a_day_that_does_not_exist_is_said(seen, post, cast):
    body = {"due_date": "2027-02-30", "due_time": "10:00", "zone": "Europe/Oslo"}
    answer = seen("publisher").post(f"/posts/{post.pk}/schedule/", body)
    assert answer.status_code == 422
    assert "not a day of the calendar" in answer.content.decode()


def test_an_hour_that_comes_twice_is_the_first_and_that_is_said(seen, post, cast):
    submit(cast.by("creator"), post)
    body = {"due_date": "2027-10-31", "due_time": "03:30", "zone": "Europe/Sofia"}
    page = seen("publisher").post(f"/posts/{post.pk}/schedule/", body, follow=True).content.decode()
    assert "the first is meant" in page
    post.refresh_from_db()
    assert post.due_at.isoformat() == "2027-10-31T00:30:00+00:00"


def test_pictures_are_added_from_the_device(seen, post, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client = seen("creator")
    client.post(f"/posts/{post.pk}/pictures/", {"files": [picture()]})
    there = post.attachments.get()
    assert (there.asset.width, there.asset.height) == (640, 480)
    shown = client.get(f"/library/{there.asset_id}/small/")
    assert shown["Content-Type"] == "image/jpeg"
    assert b"".join(shown.streaming_content)[:2] == b"\xff\xd8"
    assert seen("stranger").get(f"/library/{there.asset_id}/whole/").status_code == 404


def test_what_is_no_picture_is_refused(seen, post, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    bad = SimpleUploadedFile("soup.jpg", b"<svg onload=alert(1)>", "image/jpeg")
    answer = seen("creator").post(f"/posts/{post.pk}/pictures/", {"files": [bad]})
    assert answer.status_code == 422
    assert "cannot be read as" in answer.content.decode()
    assert not post.attachments.exists()


@pytest.fixture
def many(cast):
    from tabard.register.models import Channel, Platform

    platform = Platform.objects.get(slug="practice")
    named = [(f"soup_{n:03}", f"soup_{n:03}") for n in range(120)]
    made = [
        Channel(unit=cast.nordics, platform=platform, handle=h, name=h, search=s, health="healthy")
        for h, s in named
    ]
    return Channel.objects.bulk_create(made)


def test_of_many_channels_the_first_are_offered_and_the_others_found(seen, many):
    client = seen("creator")
    shown = client.get("/posts/new/").content.decode()
    assert "soup_049" in shown
    assert "soup_050" not in shown
    assert "70 more channels" in shown
    chosen = {"title": "Winter", "text": "Hot.", "channels": [many[3].pk], "find": "Soup_11", "found": ""}
    # Enter in the box where channels are found, without script: nothing is lost, nothing made.
    again = client.post("/posts/new/", chosen).content.decode()
    assert "soup_117" in again
    assert "soup_050" not in again
    assert f'value="{many[3].pk}" checked' in again
    assert 'value="Winter"' in again
    assert not Post.objects.exists()
    chosen |= {"found": "Soup_11", "channels": [many[3].pk, many[117].pk]}
    client.post("/posts/new/", chosen)
    assert {v.channel_id for v in Post.objects.get().variants.all()} == {many[3].pk, many[117].pk}


def test_only_the_choices_are_drawn_again_while_somebody_types(seen, post, many):
    found = {"find": "soup_119", "found": "", "narrow": "1"}
    answer = (
        seen("creator")
        .post(f"/posts/{post.pk}/channels/", found, headers={"HX-Request": "true"})
        .content.decode()
    )
    assert "soup_119" in answer
    assert "<form" not in answer
    assert post.variants.count() == 2

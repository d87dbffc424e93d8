"""Where on a channel a post stands, and what is set for it there."""

from dataclasses import replace
from html import unescape

import pytest
from django.urls import reverse

from tabard.connectors.registry import card
from tabard.kernel.errors import IllegalMove, Invalid
from tabard.posts import checks, placements, queries
from tabard.posts.actions import add_variants, change_variant, make_post, submit
from tests.cast import make_channel


@pytest.fixture
def two_places(monkeypatch):
    """Mastodon with a second place, which knows one option less and needs another."""
    known = card("mastodon")
    post = known.placements[0]
    needed = replace(post.options[1], name="heading", label="Heading", required=True)
    story = replace(post, name="story", label="Story", options=(post.options[0], needed))

    def found(name: str):
        return replace(known, placements=(post, story)) if name == "mastodon" else card(name)

    monkeypatch.setattr(placements, "card", found)
    monkeypatch.setattr(checks, "card", found)


@pytest.fixture
def post(cast):
    channel = make_channel(cast.nordics, "nordics")
    return make_post(cast.by("creator"), cast.nordics, title="Soups", text="Three.", channels=[channel])


def change(cast, post, **given):
    variant = post.variants.order_by("id").first()
    change_variant(cast.by("creator"), post, variant=variant, **given)
    variant.refresh_from_db()
    return variant


def test_what_is_set_is_kept_and_what_is_as_anyway_is_not(cast, post):
    options = {"visibility": "public", "spoiler_text": " Soup ", "sensitive": True}
    assert change(cast, post, options=options).options == {"sensitive": True, "spoiler_text": "Soup"}
    assert change(cast, post, options={"sensitive": False}).options == {}


@pytest.mark.parametrize(
    "options",
    [
        {"colour": "red"},
        {"visibility": "secret"},
        {"visibility": True},
        {"sensitive": "yes"},
        {"spoiler_text": 5},
        {"spoiler_text": "x" * 2001},
    ],
)
def test_what_cannot_be_set_is_refused_at_its_field(cast, post, options):
    with pytest.raises(Invalid) as refused:
        change(cast, post, options=options)
    assert list(refused.value.fields) == [f"option-{next(iter(options))}"]


def test_a_setting_changed_after_it_was_asked_for_needs_a_new_yes(cast, post):
    submit(cast.by("creator"), post)
    assert change(cast, post, options={"sensitive": True}).state == "draft"


def test_whoever_decides_sees_what_is_set(cast, post, client):
    change(cast, post, options={"visibility": "unlisted", "spoiler_text": "Soup"})
    submit(cast.by("creator"), post)
    client.force_login(cast.approver)
    page = unescape(client.get(reverse("post_decide", args=[post.pk])).content.decode())
    assert "Who sees it" in page
    assert "Everybody, but not in public lists" in page
    assert "Content warning" in page
    assert "Hide the pictures" not in page


def test_a_form_sets_what_is_marked_and_unsets_what_is_not(cast, post, client):
    change(cast, post, options={"sensitive": True})
    variant = post.variants.get()
    client.force_login(cast.creator)
    page = client.get(f"/posts/{post.pk}/?variant={variant.pk}").content.decode()
    assert 'name="option-visibility"' in page
    assert 'name="option-sensitive" value="1" checked' in page
    sent = {"text": "Three.", "link": "", "options": "1", "option-visibility": "private"}
    assert client.post(f"/posts/{post.pk}/variants/{variant.pk}/", sent).status_code == 302
    variant.refresh_from_db()
    assert variant.options == {"visibility": "private"}


def test_what_is_set_leaves_the_words_with_the_master(cast, post, client):
    variant = post.variants.get()
    client.force_login(cast.creator)
    sent = {"text": "Three.", "link": "", "options": "1", "option-sensitive": "1"}
    client.post(f"/posts/{post.pk}/variants/{variant.pk}/", sent)
    variant.refresh_from_db()
    assert (variant.text, variant.link, variant.options) == (None, None, {"sensitive": True})
    client.post(f"/posts/{post.pk}/variants/{variant.pk}/", {**sent, "text": "Four."})
    variant.refresh_from_db()
    assert (variant.text, variant.link) == ("Four.", None)


def test_words_alone_leave_the_settings_alone(cast, post, client):
    change(cast, post, options={"sensitive": True})
    variant = post.variants.get()
    client.force_login(cast.creator)
    client.post(f"/posts/{post.pk}/variants/{variant.pk}/", {"text": "Four."})
    variant.refresh_from_db()
    assert (variant.text, variant.options) == ("Four.", {"sensitive": True})


def test_in_another_place_only_what_it_knows_stays_set(cast, post, two_places):
    change(cast, post, options={"visibility": "private", "sensitive": True})
    variant = change(cast, post, placement="story")
    assert (variant.placement, variant.options) == ("story", {"visibility": "private"})


def test_what_a_place_needs_is_said_until_it_is_there(cast, post, two_places):
    change(cast, post, placement="story")
    [view] = queries.whole(cast.by("creator"), post.pk).variants
    assert [f.said for f in view.findings if f.bad] == ["This is needed here: Heading."]
    change(cast, post, options={"heading": "Soups"})
    [view] = queries.whole(cast.by("creator"), post.pk).variants
    assert not [f for f in view.findings if f.bad]


def test_the_first_place_has_one_name_only(cast, post, two_places):
    channel = post.variants.get().channel
    add_variants(cast.by("creator"), post, channels=[channel], placement="post")
    assert [v.placement for v in post.variants.all()] == [""]


def test_a_post_stands_once_in_each_place(cast, post, two_places):
    channel = post.variants.get().channel
    add_variants(cast.by("creator"), post, channels=[channel], placement="story")
    assert [v.placement for v in post.variants.order_by("id")] == ["", "story"]
    with pytest.raises(Invalid):
        change(cast, post, placement="story")
    with pytest.raises(Invalid):
        change(cast, post, placement="billboard")


def test_what_has_gone_out_stays_where_it_is(cast, post, two_places):
    for state in ("in_review", "approved", "scheduled", "handed_over"):
        post.variants.update(state=state)
    with pytest.raises(IllegalMove):
        change(cast, post, placement="story")


def test_a_second_place_is_added_from_the_screen(cast, post, two_places, client):
    variant = post.variants.get()
    client.force_login(cast.creator)
    page = client.get(f"/posts/{post.pk}/?variant={variant.pk}").content.decode()
    assert 'name="placement" value="story">Also as Story<' in page
    client.post(f"/posts/{post.pk}/channels/", {"channels": variant.channel_id, "placement": "story"})
    assert [v.placement for v in post.variants.order_by("id")] == ["", "story"]
    page = client.get(f"/posts/{post.pk}/").content.decode()
    assert "Story ·" in page


def test_another_place_draws_the_page_anew(cast, post, two_places, client):
    variant = post.variants.get()
    client.force_login(cast.creator)
    sent = {"text": "Three.", "placement": "story", "options": "1", "option-visibility": "private"}
    answer = client.post(f"/posts/{post.pk}/variants/{variant.pk}/", sent, headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == f"/posts/{post.pk}/?variant={variant.pk}"
    variant.refresh_from_db()
    assert (variant.placement, variant.options) == ("story", {"visibility": "private"})

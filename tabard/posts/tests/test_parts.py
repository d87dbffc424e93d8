"""Threads and first comments while they are written: what is kept, checked, approved and split."""

import pytest

from tabard.approvals.actions import decide
from tabard.approvals.models import Approval
from tabard.kernel.errors import IllegalMove, Invalid
from tabard.posts.actions import change_variant, make_post, schedule, split_variant, submit
from tabard.posts.checks import findings
from tabard.posts.content import contents, digest_of, parts_of
from tabard.posts.models import Variant
from tabard.posts.rules import split
from tabard.publishing.models import Delivery
from tabard.register.models import Platform
from tests.cast import make_channel


@pytest.fixture
def variant(cast) -> Variant:
    """A post on a channel where posts can follow and be commented."""
    channel = make_channel(cast.nordics, "nordics")
    post = make_post(cast.by("creator"), cast.nordics, title="Soups", text="One", channels=[channel])
    return post.variants.get()


def write(cast, variant: Variant, *texts: str, comment: str = "") -> Variant:
    thread = [{"text": text, "attachment_ids": []} for text in texts]
    by = cast.by("creator")
    change_variant(by, variant.post, variant=variant, thread=thread, first_comment=comment)
    return again(variant)


def again(variant: Variant) -> Variant:
    return Variant.objects.select_related("post", "channel__platform").get(pk=variant.pk)


def wrong(variant: Variant) -> list[tuple[str, int]]:
    shown = contents(variant.post)
    return [(f.code, f.part) for f in findings([variant], shown)[variant.pk]]


def test_what_was_approved_before_stays_what_was_approved(variant):
    shown = contents(variant.post)[variant.pk]
    assert "parts" not in shown
    assert parts_of(shown) == [shown]


def test_every_part_is_in_what_is_approved_and_any_change_voids_it(cast, variant):
    before = digest_of(contents(variant.post)[variant.pk])
    variant = write(cast, variant, "Two", "Three", comment="Link here")
    shown = contents(variant.post)[variant.pk]
    assert [p["text"] for p in parts_of(shown)] == ["One", "Two", "Three", "Link here"]
    assert digest_of(shown) != before
    submit(cast.by("creator"), variant.post)
    waiting = Approval.objects.get(state="asked")
    assert waiting.content["parts"][1]["text"] == "Three"
    decide(cast.by("approver"), waiting, yes=True, digest=waiting.digest, comment="")
    assert again(variant).state == "approved"
    write(cast, again(variant), "Two", "Other", comment="Link here")
    assert again(variant).state == "draft"


def test_each_part_waits_as_a_delivery_of_its_own(cast, variant):
    variant = write(cast, variant, "Two", "Three", comment="Link here")
    submit(cast.by("creator"), variant.post)
    waiting = Approval.objects.get(state="asked")
    decide(cast.by("approver"), waiting, yes=True, digest=waiting.digest, comment="")
    schedule(cast.by("publisher"), variant.post)
    found = list(Delivery.objects.order_by("part"))
    assert [(d.part, d.parts, d.turn) for d in found] == [(0, 4, 1), (1, 4, 0), (2, 4, 0), (3, 4, 0)]
    assert [d.follows_id for d in found] == [None, found[0].pk, found[1].pk, found[0].pk]
    assert [d.said["text"] for d in found] == ["One", "Two", "Three", "Link here"]
    assert len({d.key for d in found}) == 4
    write(cast, again(variant), "Two")
    assert set(Delivery.objects.values_list("state", flat=True)) == {"cancelled"}


def test_each_part_is_checked_as_the_post_is(cast, variant):
    variant = write(cast, variant, "я" * 501, "", comment="x" * 501)
    assert set(wrong(variant)) == {("too_long", 1), ("empty", 2), ("too_long", 3)}
    with pytest.raises(Invalid) as refused:
        submit(cast.by("creator"), variant.post)
    assert "part 2" in str(refused.value.fields)


def test_where_no_posts_follow_that_is_said(cast, variant):
    Platform.objects.get_or_create(slug="pinterest", defaults={"name": "Pinterest", "mark": "Pi"})
    variant.channel.platform_id = "pinterest"
    variant.channel.save()
    variant = write(cast, again(variant), "Two", comment="Three")
    assert {"no_thread", "no_comment"} <= {code for code, _part in wrong(variant)}


def test_what_has_gone_out_takes_no_more_parts(cast, variant):
    for state in ("in_review", "approved", "scheduled", "handed_over"):
        Variant.objects.update(state=state)
    with pytest.raises(IllegalMove):
        write(cast, again(variant), "Two")


def test_a_text_that_is_too_long_is_split_where_sentences_end(cast, variant):
    words = " ".join(f"Изречение номер {n} е тук." for n in range(40))
    by = cast.by("creator")
    change_variant(by, variant.post, variant=variant, text=words, thread=[{"text": "The end."}])
    variant = again(variant)
    assert wrong(variant) == [("too_long", 0)]
    split_variant(by, variant.post, variant=variant)
    variant = again(variant)
    texts = [variant.text, *(part["text"] for part in variant.thread)]
    assert wrong(variant) == []
    assert texts[-1] == "The end."
    assert " ".join(texts[:-1]) == words
    assert all(text.endswith(".") for text in texts)


@pytest.mark.parametrize(
    ("words", "most", "pieces"),
    [
        ("short", 10, ["short"]),
        ("one two three four", 9, ["one two", "three", "four"]),
        ("First one. Second one.", 12, ["First one.", "Second one."]),
        ("A. Bbbbbb cccccc dddddd", 18, ["A. Bbbbbb cccccc", "dddddd"]),
        ("x" * 25, 10, ["x" * 10, "x" * 10, "x" * 5]),
        ("👨‍👩‍👧‍👦" * 3, 14, ["👨‍👩‍👧‍👦" * 2, "👨‍👩‍👧‍👦"]),
        ("", 5, []),
        ("one two", 0, ["one two"]),
    ],
)
def test_splitting_keeps_every_word_and_letter(words, most, pieces):
    assert split(words, lambda text: len(text) <= most) == pieces


def test_it_is_read_and_written_by_api(cast, variant, client):
    client.force_login(cast.creator)
    path = f"/api/v1/posts/{variant.post_id}/variants/{variant.pk}"
    body = {"thread": [{"text": "Two"}], "first_comment": "Link here"}
    answer = client.patch(path, body, content_type="application/json")
    assert answer.status_code == 200
    (shown,) = answer.json()["variants"]
    assert shown["thread"] == [{"text": "Two", "attachment_ids": []}]
    assert shown["first_comment"] == "Link here"
    assert [part["kind"] for part in shown["content"]["parts"]] == ["thread", "comment"]
    foreign = {"thread": [{"text": "Two", "attachment_ids": [99]}]}
    assert client.patch(path, foreign, content_type="application/json").status_code == 422
    assert client.post(f"{path}/thread").status_code == 200


def test_parts_are_added_moved_and_removed_in_the_composer(cast, variant, client):
    client.force_login(cast.creator)
    page = f"/posts/{variant.post_id}/variants/{variant.pk}/"

    def press(do: str, *texts: str) -> list[str]:
        given = {f"part-{n + 1}": text for n, text in enumerate(texts)}
        answer = client.post(page, {"text": "One", "parts": len(texts), "do": do, **given})
        assert answer.status_code == 302
        return [part["text"] for part in again(variant).thread]

    assert press("add") == [""]
    assert press("add", "Two") == ["Two", ""]
    assert press("up-2", "Two", "Three") == ["Three", "Two"]
    assert press("down-1", "Three", "Two") == ["Two", "Three"]
    assert press("remove-1", "Two", "Three") == ["Three"]
    shown = client.get(f"/posts/{variant.post_id}/?variant={variant.pk}").content.decode()
    assert "Part 2" in shown
    assert "5 of 500" in shown

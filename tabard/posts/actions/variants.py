"""Variants: the post on one channel, as the master has it or with words of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.approvals import actions as approvals
from tabard.kernel import permissions
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import IllegalMove, Invalid
from tabard.kernel.states import move
from tabard.posts.actions.changing import changing, unschedule_variant
from tabard.posts.actions.write import add_each, checked_link, checked_text
from tabard.posts.models import Post, Variant
from tabard.posts.placements import checked_options, kept_name, placement, settings_of
from tabard.posts.splitting import split_up
from tabard.posts.states import VARIANT
from tabard.register.models import Channel

AS_MASTER = "as the master"
SAVED = ["text", "link", "attachment_ids", "options", "placement", "thread", "first_comment"]
# Of parts that follow, whatever a platform takes.
MOST_PARTS = 100


@action("variant.add", may="posts.write", on=Post, says=gettext_lazy("%(who)s added channels to %(what)s"))
def add_variants(
    by: Actor, post: Post, *, channels: Sequence[Channel], placement: str = "", revision: int | None = None
) -> Post:
    """Say it on these channels too."""
    with changing(by, post, revision):
        made = add_each(by, post, channels, placement)
        note(channels=[str(v.channel) for v in made])
    return post


@action(
    "variant.change",
    may="posts.write",
    on=Post,
    says=gettext_lazy("%(who)s adapted %(what)s for %(channel)s"),
)
def change_variant(
    by: Actor,
    post: Post,
    *,
    variant: Variant,
    revision: int | None = None,
    text: str | None = AS_MASTER,
    link: str | None = AS_MASTER,
    attachment_ids: list[int] | str | None = AS_MASTER,
    options: Mapping[str, Any] | None = None,
    placement: str | None = None,
    thread: Sequence[Mapping[str, Any]] | None = None,
    first_comment: str | None = None,
) -> Post:
    """Give one variant its own text, link, pictures, options or place; None is the master's again.

    `thread`: the posts that follow it, each `text` and `attachment_ids`. `first_comment`: what the channel
    itself says under it; empty for nothing.

    What is left at its default stays as it is. In another place, options that it does not have are dropped.
    """
    variant = _of(post, variant)
    permissions.demand(by, "posts.write", variant)
    if (thread is not None or first_comment is not None) and variant.state == "handed_over":
        raise IllegalMove(_("It has gone out on %(channel)s already.") % {"channel": variant.channel})
    with changing(by, post, revision):
        note(channel=str(variant.channel), variant=variant.pk)
        if text != AS_MASTER:
            variant.text = None if text is None else checked_text(text)
        if link != AS_MASTER:
            variant.link = None if link is None else checked_link(link)
        if not isinstance(attachment_ids, str):
            variant.attachment_ids = _attached(post, attachment_ids)
        if placement is not None:
            _place(post, variant, placement)
        if options is not None:
            variant.options = checked_options(variant.channel, variant.placement, options)
        if thread is not None:
            variant.thread = checked_thread(post, thread)
        if first_comment is not None:
            variant.first_comment = checked_text(first_comment).strip()
        variant.save(update_fields=SAVED)
    return post


@action(
    "variant.split",
    may="posts.write",
    on=Post,
    says=gettext_lazy("%(who)s split %(what)s for %(channel)s into a thread"),
)
def split_variant(by: Actor, post: Post, *, variant: Variant, revision: int | None = None) -> Post:
    """Let what is too long for one post go on in posts that follow it, cut where sentences end."""
    variant = _of(post, variant)
    permissions.demand(by, "posts.write", variant)
    if variant.state == "handed_over":
        raise IllegalMove(_("It has gone out on %(channel)s already.") % {"channel": variant.channel})
    place = placement(variant.channel.platform_id, variant.placement)
    if place is None or not place.thread:
        raise Invalid({"thread": [_("No posts can follow this one here: there are no threads.")]})
    with changing(by, post, revision):
        note(channel=str(variant.channel))
        first, *thread = split_up(variant)
        variant.text = first["text"]
        variant.thread = checked_thread(post, thread)
        variant.save(update_fields=["text", "thread"])
    return post


@action(
    "variant.remove", may="posts.write", on=Post, says=gettext_lazy("%(who)s took %(channel)s off %(what)s")
)
def remove_variant(by: Actor, post: Post, *, variant: Variant, revision: int | None = None) -> Post:
    """Do not say it on this channel. What has gone out there stays."""
    variant = _of(post, variant)
    if variant.state == "handed_over":
        raise IllegalMove(_("It has gone out on %(channel)s already.") % {"channel": variant.channel})
    with changing(by, post, revision):
        note(channel=str(variant.channel))
        if variant.state in {"in_review", "approved", "scheduled"}:
            approvals.void(by, "variant", [variant.pk], {})
        if variant.state == "scheduled":
            unschedule_variant(by, variant, "withdrawn", "withdrawn")
        elif variant.state != "withdrawn":
            move(variant, VARIANT, "withdrawn")
    return post


def _place(post: Post, variant: Variant, placement: str) -> None:
    """Put it in another place of the same channel; in each there is one."""
    name = kept_name(variant.channel, placement)
    if name == variant.placement:
        return
    if variant.state == "handed_over":
        raise IllegalMove(_("It has gone out on %(channel)s already.") % {"channel": variant.channel})
    if post.variants.filter(channel=variant.channel, placement=name).exists():
        raise Invalid({"placement": [_("The post is, or was, in this place of the channel already.")]})
    variant.placement = name
    known = {setting.option.name for setting in settings_of(variant.channel.platform_id, name, {})}
    variant.options = {n: value for n, value in variant.options.items() if n in known}


def _of(post: Post, variant: Variant) -> Variant:
    """The variant as it stands, if it is one of this post."""
    found = (
        post.variants.select_related("channel").select_for_update(of=("self",)).filter(pk=variant.pk).first()
    )
    if found is None:
        raise Invalid({"variant": [_("This post has no such variant.")]})
    return found


def checked_thread(post: Post, given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The parts that follow, as they are kept. `Invalid` if a file is not of this post, or stands twice."""
    if len(given) > MOST_PARTS:
        raise Invalid({"thread": [_("At most %(n)s posts can follow.") % {"n": MOST_PARTS}]})
    made = [
        {
            "text": checked_text(part.get("text", "")),
            "attachment_ids": _attached(post, list(part.get("attachment_ids") or [])),
        }
        for part in given
    ]
    used = [pk for part in made for pk in part["attachment_ids"] or ()]
    if len(used) != len(set(used)):
        raise Invalid({"thread": [_("A file can stand in one part only.")]})
    return made


def _attached(post: Post, ids: list[int] | None) -> list[int] | None:
    if ids is None:
        return None
    there = set(post.attachments.values_list("pk", flat=True))
    if not set(ids) <= there:
        raise Invalid({"attachment_ids": [_("This post has no such picture.")]})
    return ids

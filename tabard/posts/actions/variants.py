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
from tabard.posts.placements import checked_options, kept_name, settings_of
from tabard.posts.states import VARIANT
from tabard.register.models import Channel

AS_MASTER = "as the master"


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
) -> Post:
    """Give one variant its own text, link, pictures, options or place; None is the master's again.

    What is left at its default stays as it is. In another place, options that it does not have are dropped.
    """
    variant = _of(post, variant)
    permissions.demand(by, "posts.write", variant)
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
        variant.save(update_fields=["text", "link", "attachment_ids", "options", "placement"])
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


def _attached(post: Post, ids: list[int] | None) -> list[int] | None:
    if ids is None:
        return None
    there = set(post.attachments.values_list("pk", flat=True))
    if not set(ids) <= there:
        raise Invalid({"attachment_ids": [_("This post has no such picture.")]})
    return ids

"""Writing: a post is made, changed, deleted."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.approvals import actions as approvals
from tabard.kernel import clock, permissions, text
from tabard.kernel.actions import action
from tabard.kernel.actor import Actor
from tabard.kernel.errors import IllegalMove, Invalid
from tabard.kernel.events import emit
from tabard.kernel.states import move
from tabard.org.models import Unit
from tabard.posts.actions.changing import changing, keep_version, unschedule_variant
from tabard.posts.content import contents
from tabard.posts.events import PostChanged, VariantPutAway
from tabard.posts.models import Campaign, Post, Variant
from tabard.posts.placements import kept_name
from tabard.posts.states import VARIANT
from tabard.register.models import Channel

MAKES = gettext_lazy("%(who)s started the post %(what)s")


@action("post.make", may="posts.write", on=Unit, says=MAKES, lock=False)
def make_post(
    by: Actor,
    unit: Unit,
    *,
    title: str,
    text: str = "",
    link: str = "",
    language: str = "",
    campaign: Campaign | None = None,
    channels: Sequence[Channel] = (),
    zone: str = "",
) -> Post:
    """Start a post of `unit`, with a variant for each of `channels`."""
    if unit.closed_at:
        raise Invalid({"unit": [_("%(unit)s is closed.") % {"unit": unit}]})
    post = Post(unit=unit, author_id=by.person_id, zone=zone or unit.zone, campaign=campaign)
    return _begin(by, post, title, text, link, language, channels)


@action("post.make_on_channel", may="posts.write", on=Channel, says=MAKES, lock=False)
def make_post_on_channel(
    by: Actor, channel: Channel, *, title: str, text: str = "", link: str = "", language: str = ""
) -> Post:
    """Start a post for one channel, by somebody whose rights are on that channel alone."""
    post = Post(unit=channel.unit, channel=channel, author_id=by.person_id, zone=channel.unit.zone)
    return _begin(by, post, title, text, link, language, [channel])


@action("post.change", may="posts.write", on=Post, says=gettext_lazy("%(who)s changed the post %(what)s"))
def change_post(
    by: Actor,
    post: Post,
    *,
    revision: int | None = None,
    title: str | None = None,
    text: str | None = None,
    link: str | None = None,
    language: str | None = None,
    campaign: Campaign | str | None = "",
) -> Post:
    """Change the master; it flows to every variant not touched by hand. What is not given stays."""
    with changing(by, post, revision):
        if title is not None:
            post.title = checked_title(title)
        if text is not None:
            post.text = checked_text(text)
        if link is not None:
            post.link = checked_link(link)
        if language is not None:
            post.language = language[:12]
        if not isinstance(campaign, str):
            post.campaign = campaign
    return post


@action("post.delete", may="posts.delete", on=Post, says=gettext_lazy("%(who)s deleted the post %(what)s"))
def delete_post(by: Actor, post: Post) -> Post:
    """Put a post away. What has gone out stays out, and its record is kept."""
    if post.deleted_at:
        raise IllegalMove(_("%(post)s was deleted.") % {"post": post})
    there = list(
        post.variants.select_related("channel").exclude(state="withdrawn").select_for_update(of=("self",))
    )
    approvals.void(by, "variant", [v.pk for v in there], {})
    for variant in there:
        if variant.state == "scheduled":
            unschedule_variant(by, variant, "withdrawn", "deleted")
        elif variant.state == "handed_over":
            emit(by, VariantPutAway(variant.pk, post.pk, variant.channel_id, variant.channel.unit_id))
        else:
            move(variant, VARIANT, "withdrawn")
    post.deleted_at = clock.now()
    post.save(update_fields=["deleted_at"])
    emit(by, PostChanged(post.pk, post.unit_id))
    return post


def add_each(by: Actor, post: Post, channels: Sequence[Channel], placement: str = "") -> list[Variant]:
    """A variant for each channel the actor may write for, and that can be published to.

    The caller saves `post`: it now knows the platforms.
    """
    for channel in channels:
        permissions.demand(by, "posts.write", channel)
        if channel.state not in {"active", "dormant"}:
            raise Invalid({"channels": [_("%(channel)s is not in use.") % {"channel": channel}]})
    names = {channel.pk: kept_name(channel, placement) for channel in channels}
    there = {
        (variant.channel_id, variant.placement): variant
        for variant in post.variants.filter(channel__in=channels).select_related("channel")
    }
    found = {pk: there.get((pk, name)) for pk, name in names.items()}
    again = [variant for variant in found.values() if variant and variant.state == "withdrawn"]
    for variant in again:  # taken off before, or removed after it had gone out
        move(variant, VARIANT, "draft", approved_digest="")
    post.platforms = sorted({*post.platforms, *(channel.platform_id for channel in channels)})
    return again + Variant.objects.bulk_create(
        Variant(post=post, channel=channel, placement=names[channel.pk])
        for channel in {c.pk: c for c in channels}.values()
        if found[channel.pk] is None
    )


def _begin(
    by: Actor, post: Post, title: str, words: str, link: str, language: str, channels: Sequence[Channel]
) -> Post:
    post.title, post.text, post.link = checked_title(title), checked_text(words), checked_link(link)
    post.language = text.name(language)[:12]
    post.search = text.searchable(post.title, post.text)
    post.save()
    if channels:
        add_each(by, post, channels)
        post.save(update_fields=["platforms"])
    keep_version(by, post, contents(post))
    emit(by, PostChanged(post.pk, post.unit_id))
    return post


def checked_title(title: str) -> str:
    clean = text.name(title)
    if not clean or len(clean) > 200:
        raise Invalid({"title": [_("Give a title of 1 to 200 characters.")]})
    return clean


def checked_text(words: str) -> str:
    clean = text.prose(words)
    if len(clean) > 100_000:
        raise Invalid({"text": [_("At most 100,000 characters; no platform takes more.")]})
    return clean


def checked_link(link: str) -> str:
    clean = link.strip()
    if clean and (
        not clean.startswith(("https://", "http://")) or len(clean) > 2000 or not text.one_word(clean)
    ):
        raise Invalid({"link": [_("A link starts with https:// and has no spaces.")]})
    return clean

"""Pictures, videos and documents of a post, with their alt texts."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import permissions, text
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Invalid
from tabard.library.models import Asset
from tabard.posts.actions.changing import changing
from tabard.posts.models import Attachment, Post

MOST = 20


@action(
    "attachment.add", may="posts.write", on=Post, says=gettext_lazy("%(who)s added %(asset)s to %(what)s")
)
def attach(
    by: Actor, post: Post, *, asset: Asset, alt: str | None = None, revision: int | None = None
) -> Post:
    """Put a file at the end; its alt text is the asset's unless given."""
    permissions.demand(by, "library.see", asset)
    with changing(by, post, revision):
        note(asset=str(asset))
        count = post.attachments.count()
        if count >= MOST:
            raise Invalid({"asset": [_("A post has at most %(n)s files.") % {"n": MOST}]})
        if post.attachments.filter(asset=asset).exists():
            raise Invalid({"asset": [_("This file is in the post already.")]})
        Attachment.objects.create(
            post=post, asset=asset, position=count, alt=text.prose(asset.alt if alt is None else alt)[:1500]
        )
    return post


@action(
    "attachment.change",
    may="posts.write",
    on=Post,
    says=gettext_lazy("%(who)s changed a file of %(what)s"),
)
def change_attachment(
    by: Actor,
    post: Post,
    *,
    attachment: Attachment,
    alt: str | None = None,
    position: int | None = None,
    revision: int | None = None,
) -> Post:
    """Describe a file, or move it to another place in the row."""
    with changing(by, post, revision):
        found = _of(post, attachment)
        if alt is not None:
            found.alt = text.prose(alt)[:1500]
            found.save(update_fields=["alt"])
        if position is not None:
            row = [a for a in post.attachments.order_by("position", "id") if a.pk != found.pk]
            row.insert(max(0, min(position, len(row))), found)
            for place, each in enumerate(row):
                each.position = place
            Attachment.objects.bulk_update(row, ["position"])
    return post


@action(
    "attachment.remove", may="posts.write", on=Post, says=gettext_lazy("%(who)s took a file off %(what)s")
)
def detach(by: Actor, post: Post, *, attachment: Attachment, revision: int | None = None) -> Post:
    """Take a file off the post; it stays in the library."""
    with changing(by, post, revision):
        _of(post, attachment).delete()
    return post


def _of(post: Post, attachment: Attachment) -> Attachment:
    found = post.attachments.filter(pk=attachment.pk).first()
    if found is None:
        raise Invalid({"attachment": [_("This post has no such file.")]})
    return found

"""Comments: what is said about a post inside the company."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import clock, text
from tabard.kernel.actions import action
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Invalid
from tabard.kernel.events import emit
from tabard.posts.events import PostChanged
from tabard.posts.models import Comment, Post


@action("comment.add", may="posts.see", on=Post, says=gettext_lazy("%(who)s commented: %(what)s"), lock=False)
def add_comment(by: Actor, post: Post, *, words: str) -> Comment:
    """Say something about a post to those who work on it."""
    clean = text.prose(words).strip()
    if not clean or len(clean) > 5000:
        raise Invalid({"words": [_("Write 1 to 5,000 characters.")]})
    emit(by, PostChanged(post.pk, post.unit_id))
    return Comment.objects.create(post=post, by_id=by.person_id, at=clock.now(), text=clean)

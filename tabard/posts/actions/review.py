"""Asking for approval of a post, and taking that back."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.approvals import actions as approvals
from tabard.kernel import permissions
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import IllegalMove, Invalid
from tabard.kernel.events import emit
from tabard.kernel.states import move
from tabard.org.queries import policy
from tabard.posts import checks
from tabard.posts.content import Content, contents, digests
from tabard.posts.events import PostChanged
from tabard.posts.models import Post, Variant
from tabard.posts.states import VARIANT


@action(
    "post.submit", may="posts.submit", on=Post, says=gettext_lazy("%(who)s asked for approval of %(what)s")
)
def submit(by: Actor, post: Post, *, message: str = "", due_at: datetime | None = None) -> Post:
    """Ask for a yes to every draft variant, as the policy of its channel's unit has it.

    Where a policy asks for nobody, the variant is approved at once.
    """
    drafts = list(
        post.variants.filter(state="draft")
        .select_related("channel__unit")
        .select_for_update(of=("self",))
        .order_by("id")
    )
    if not drafts:
        raise IllegalMove(
            _("There is nothing to ask for: no variant of %(post)s is a draft.") % {"post": post}
        )
    shown = contents(post, drafts)
    bad = [f for found in checks.findings(drafts, shown).values() for f in found if f.bad]
    if bad:
        raise Invalid({"variants": [str(f) for f in bad]})
    for variant in drafts:
        permissions.demand(by, "posts.submit", variant)
    wrote = authors(post)
    for variant in drafts:
        _ask(by, post, variant, shown[variant.pk], wrote, message, due_at)
    note(channels=[str(v.channel) for v in drafts], message=message[:200])
    emit(by, PostChanged(post.pk, post.unit_id))
    return post


@action(
    "post.take_back", may="posts.submit", on=Post, says=gettext_lazy("%(who)s took back %(what)s from review")
)
def take_back(by: Actor, post: Post) -> Post:
    """Stop asking: what waits for a yes is a draft again."""
    waiting = list(post.variants.filter(state="in_review").select_for_update())
    if not waiting:
        raise IllegalMove(_("Nothing of %(post)s waits for approval.") % {"post": post})
    approvals.void(by, "variant", [v.pk for v in waiting], {})
    for variant in waiting:
        move(variant, VARIANT, "draft", schedule_for=None)
    emit(by, PostChanged(post.pk, post.unit_id))
    return post


def authors(post: Post) -> tuple[int, ...]:
    """Whose work it is: everybody who wrote or changed it."""
    wrote = set(post.versions.exclude(by=None).values_list("by_id", flat=True).distinct())
    return tuple(sorted({*wrote, *([post.author_id] if post.author_id else [])}))


def _ask(
    by: Actor,
    post: Post,
    variant: Variant,
    shown: Content,
    wrote: tuple[int, ...],
    message: str,
    due: datetime | None,
) -> None:
    unit = variant.channel.unit
    rules = policy(unit)
    seen = digests({variant.pk: shown})[variant.pk]
    if not rules.approval_steps:
        move(variant, VARIANT, "approved", approved_digest=seen)
        return
    title = f"{post.title} · {variant.channel}"
    subject = approvals.Subject(
        "variant", variant.pk, post.pk, title, unit, variant.channel_id, wrote, shown, seen
    )
    approvals.ask(by, subject, rules, message=message, due_at=due)
    move(variant, VARIANT, "in_review")

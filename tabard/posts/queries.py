"""What is read of posts: lists, one post with all that is known of it, and what it will say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.approvals.models import Approval
from tabard.approvals.queries import approvals_of, why_not_decide
from tabard.approvals.rules import open_steps
from tabard.connectors.card import Placement
from tabard.kernel import text
from tabard.kernel.actor import Actor
from tabard.kernel.beside import beside
from tabard.kernel.errors import Missing
from tabard.kernel.narrowing import ids_of, named
from tabard.kernel.places import TOGETHER
from tabard.kernel.query import Column, Filter, Listing, Page, Sort
from tabard.kernel.search import with_words
from tabard.library.models import Asset
from tabard.org.models import Unit
from tabard.org.reach import reach
from tabard.posts.checks import Finding, findings, limits_of
from tabard.posts.content import Content, content, contents
from tabard.posts.models import Attachment, Campaign, Comment, Post, Variant, Version
from tabard.posts.parts import PartView, parts_view
from tabard.posts.placements import Setting, placement, placements, settings_of
from tabard.posts.rules import post_state
from tabard.register.filters import platforms_of
from tabard.register.models import Channel

__all__ = ["content", "contents"]

STATES = {
    "draft": gettext_lazy("Draft"),
    "in_review": gettext_lazy("In review"),
    "approved": gettext_lazy("Approved"),
    "scheduled": gettext_lazy("Scheduled"),
    "handed_over": gettext_lazy("Handed over"),
    "withdrawn": gettext_lazy("Withdrawn"),
}


def _search(rows: QuerySet[Post], words: str) -> QuerySet[Post]:
    return with_words(rows, words, "search")


def _in_state(rows: QuerySet[Post], values: list[str]) -> QuerySet[Post]:
    there = Variant.objects.filter(state__in=values).values("post")
    return rows.filter(pk__in=there)


def _on_platform(rows: QuerySet[Post], values: list[str]) -> QuerySet[Post]:
    return rows.filter(platforms__overlap=values)


def _on_channel(rows: QuerySet[Post], values: list[str]) -> QuerySet[Post]:
    there = Variant.objects.filter(channel__in=text.numbers(values))
    return rows.filter(pk__in=there.values("post"))


def _by_author(rows: QuerySet[Post], values: list[str]) -> QuerySet[Post]:
    return rows.filter(author__in=text.numbers(values))


POSTS: Listing[Post] = Listing(
    name="posts",
    sorts=(
        Sort("newest", gettext_lazy("Last changed"), ("-changed_at",)),
        Sort("title", gettext_lazy("Title"), ("title",)),
    ),
    filters=(
        Filter("state", gettext_lazy("State"), _in_state, named(STATES)),
        Filter("platform", gettext_lazy("Platform"), _on_platform, platforms_of(Channel)),
        Filter("author", gettext_lazy("Author"), _by_author),
        Filter("channel", gettext_lazy("Channel"), _on_channel),
        Filter("campaign", gettext_lazy("Campaign"), ids_of("campaign")),
    ),
    search=_search,
    counted=TOGETHER,
    columns=(
        Column(gettext_lazy("Title"), lambda p: p.title),
        Column(gettext_lazy("Unit"), lambda p: p.unit.name),
        Column(gettext_lazy("Author"), lambda p: p.author),
        Column(gettext_lazy("Text"), lambda p: p.text),
        Column(gettext_lazy("Link"), lambda p: p.link),
        Column(gettext_lazy("Due (UTC)"), lambda p: p.due_at and p.due_at.isoformat(timespec="minutes")),
        Column(gettext_lazy("Zone"), lambda p: p.zone),
    ),
)


def visible(by: Actor, scope: Unit | None) -> QuerySet[Post]:
    """The posts that `by` may see in `scope`."""
    return _visible(by, _within(scope) if scope else None)


def _visible(by: Actor, within: Sequence[int] | None) -> QuerySet[Post]:
    rows = (
        Post.objects.visible_to(by)
        .filter(deleted_at=None)
        .select_related("unit", "author", "campaign", "channel")
    )
    found: QuerySet[Any] = rows if within is None else rows.filter(unit__in=within)
    return found


def _within(scope: Unit) -> list[int]:
    """Ids rather than a join, so that the index by unit and time can be used."""
    return list(Unit.objects.within(scope).values_list("pk", flat=True))


@dataclass(frozen=True)
class PostRow:
    """A post in a list: how it stands, and through which channels it goes."""

    post: Post
    state: str
    variants: list[Variant]


def posts(
    by: Actor, scope: Unit | None, params: Mapping[str, list[str]], drawn: QuerySet[Post] | None = None
) -> Page[Post]:
    """A page of posts, each with `shown` (a `PostRow`) and, without `drawn`, what a list shows of it."""
    drawn = in_lists() if drawn is None else drawn
    found = reach(by, "posts.see")
    within = _within(scope) if scope else None
    every = Post.objects.filter(deleted_at=None)
    page = POSTS.page(
        by,
        _visible(by, within),
        params,
        drawn=drawn,
        # Whoever sees all of them reads them in order by the index of all.
        near=every if scope is None and found.everything else None,
        parts=found.parts(every, unit="unit", own="author", within=within),
    )
    rows_of(page.rows)
    return page


def in_lists() -> QuerySet[Post]:
    """What a list shows of a post."""
    return beside(Post.objects.all(), "unit", own=("title", "due_at", "changed_at"))


def with_texts() -> QuerySet[Post]:
    """All of a post's own columns, as programs are given them."""
    return Post.objects.defer("search")


def rows_of(found: list[Post], *, channels: bool = True) -> list[PostRow]:
    """How each post stands. One query, however many there are; also set as `post.shown`.

    `channels`: whether the variants come, each with the platform of its channel; a month needs only their
    states.
    """
    there = Variant.objects.filter(post__in=[p.pk for p in found]).order_by("id")
    by_post: dict[int, list[Variant]] = defaultdict(list)
    states: dict[int, list[str]] = defaultdict(list)
    if channels:
        for variant in there.select_related("channel").only("post", "state", "channel__platform"):
            by_post[variant.post_id].append(variant)
            states[variant.post_id].append(variant.state)
    else:
        for post_id, state in there.values_list("post_id", "state"):
            states[post_id].append(state)
    shown = [PostRow(p, post_state(states[p.pk]), by_post[p.pk]) for p in found]
    for row in shown:
        row.post.shown = row  # type: ignore[attr-defined]
    return shown


@dataclass(frozen=True)
class VariantView:
    """A variant with what it will say, what is wrong with it and how its approval stands."""

    variant: Variant
    content: Content
    findings: list[Finding]
    approval: Approval | None
    open_steps: list[Any]
    why_not_decide: str
    # Its files as they were written down for it, each with what the library knows of it.
    files: list[tuple[dict[str, Any], Asset]] = field(default_factory=list)
    # All that goes out, in order; of a post that goes alone only itself.
    parts: list[PartView] = field(default_factory=list)

    @property
    def thread(self) -> list[PartView]:
        """The posts that follow it."""
        return [part for part in self.parts[1:] if not part.is_comment]

    @property
    def can_split(self) -> bool:
        """Whether something is too long that a thread could hold."""
        threads = self.place is not None and self.place.thread
        there = {part.number for part in self.parts if not part.is_comment}
        return bool(threads and any(f.code == "too_long" and f.part in there for f in self.findings))

    @property
    def settings(self) -> list[Setting]:
        """What may be set for its place, and how it is set."""
        return settings_of(self.variant.channel.platform_id, self.variant.placement, self.content["options"])

    @property
    def changed_settings(self) -> list[Setting]:
        """What was set otherwise than the platform has it: part of what goes out."""
        return [setting for setting in self.settings if setting.set]

    @property
    def place(self) -> Placement | None:
        return placement(self.variant.channel.platform_id, self.variant.placement)

    @property
    def places(self) -> tuple[Placement, ...]:
        """Where on its channel it could stand."""
        return placements(self.variant.channel.platform_id)

    @property
    def own_text(self) -> bool:
        return self.variant.text is not None

    @property
    def worst(self) -> str:
        return "bad" if any(f.bad for f in self.findings) else "warn" if self.findings else ""


@dataclass
class PostView:
    """One post with everything its page shows."""

    post: Post
    state: str
    variants: list[VariantView]
    attachments: list[Attachment]
    comments: list[Comment]
    approvals: list[Approval] = field(default_factory=list)

    def variant(self, variant_id: int) -> VariantView | None:
        return next((v for v in self.variants if v.variant.pk == variant_id), None)

    @property
    def mine_to_decide(self) -> list[VariantView]:
        return [
            v for v in self.variants if v.approval and v.approval.state == "asked" and not v.why_not_decide
        ]


def post(by: Actor, post_id: int) -> Post:
    """One post. `Missing` if there is none, or not for `by`; posts one is asked to approve are seen too."""
    found = visible(by, None).filter(pk=post_id).first()
    if found is None:
        raise Missing(_("There is no such post, or it is not yours to see."))
    return found


def whole(by: Actor, post_id: int) -> PostView:
    """One post with variants, findings, approvals and comments, in a fixed number of queries."""
    found = post(by, post_id)
    every = list(found.variants.select_related("channel__platform", "channel__unit").order_by("id"))
    there = [v for v in every if v.state != "withdrawn"]
    shown = contents(found, there)
    limits = limits_of(v.channel_id for v in there)
    wrong = findings(there, shown, limits)
    asked = list(approvals_of("variant", [v.pk for v in there]))
    latest: dict[int, Approval] = {}
    for approval in asked:
        latest.setdefault(approval.subject_id, approval)
    attached = list(found.attachments.select_related("asset").order_by("position", "id"))
    known = {a.asset_id: a.asset for a in attached}
    return PostView(
        post=found,
        state=post_state(v.state for v in every),
        variants=[_view(by, v, shown[v.pk], wrong[v.pk], latest.get(v.pk), known, limits) for v in there],
        attachments=attached,
        comments=list(found.comments.select_related("by")),
        approvals=asked,
    )


def _view(
    by: Actor,
    variant: Variant,
    shown: Content,
    wrong: list[Finding],
    asked: Approval | None,
    known: Mapping[int, Asset],
    limits: Mapping[int, Mapping[str, object]],
) -> VariantView:
    steps = open_steps(asked.steps.all()) if asked and asked.state == "asked" else []
    refusals = [why_not_decide(by, asked, step) for step in steps] if asked else []
    if refusals and asked and not may_decide(by, asked):
        refusals = [_("You have no right to decide about posts here.")]
    why_not = "" if "" in refusals else next(iter(refusals), "-")
    parts = parts_view(variant, shown, known, limits)
    return VariantView(variant, shown, wrong, asked, steps, why_not, parts[0].files, parts)


def may_decide(by: Actor, approval: Approval) -> bool:
    """Whether `by` has the right to decide at the approval's place."""
    found = reach(by, "approvals.decide")
    return found.everything or approval.unit_id in found.unit_ids or approval.channel_id in found.channel_ids


def variant(by: Actor, post_id: int, variant_id: int) -> Variant:
    """One variant of a post that `by` may see."""
    found = (
        post(by, post_id).variants.select_related("channel__unit", "channel__platform").filter(pk=variant_id)
    )
    for each in found:
        return each
    raise Missing(_("This post has no such variant."))


def channel_ids(by: Actor, post_id: int) -> list[int]:
    """The channels that a post goes through."""
    variants = post(by, post_id).variants.exclude(state="withdrawn")
    return list(variants.values_list("channel", flat=True))


def attachment(by: Actor, post_id: int, attachment_id: int) -> Attachment:
    """One file of a post that `by` may see."""
    for each in post(by, post_id).attachments.filter(pk=attachment_id):
        return each
    raise Missing(_("This post has no such file."))


def versions(by: Actor, post_id: int) -> QuerySet[Version]:
    """Every version of a post, the newest first."""
    found: QuerySet[Any] = post(by, post_id).versions.select_related("by").order_by("-number")
    return found


def campaign(by: Actor, campaign_id: int) -> Campaign:
    """One campaign. `Missing` if there is none, or not for `by`."""
    for each in campaigns(by, None).filter(pk=campaign_id):
        return each
    raise Missing(_("There is no such campaign, or it is not yours to see."))


def campaigns(by: Actor, scope: Unit | None) -> QuerySet[Campaign]:
    """Campaigns that `by` may see in `scope`."""
    rows = reach(by, "posts.see").narrow(Campaign.objects.select_related("unit"), unit="unit")
    found: QuerySet[Any] = rows.filter(unit__path__startswith=scope.path) if scope else rows
    return found


def for_approval(by: Actor, approvals: Sequence[Approval]) -> QuerySet[Post]:
    """The posts behind approvals, with their units."""
    ids = {a.group_id for a in approvals}
    return visible(by, None).filter(pk__in=ids).prefetch_related(Prefetch("attachments"))

"""Posts: written once, adapted per placement of each channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value

from tabard.kernel.place import Place
from tabard.kernel.search import words_index

if TYPE_CHECKING:
    from tabard.kernel.actor import Actor


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, by: Actor) -> PostQuerySet:
        """Posts of units, or on channels, that `by` may see; and one's own."""
        from tabard.org.reach import reach

        found = reach(by, "posts.see")
        if found.everything or not found.channel_ids:
            return found.narrow(self, unit="unit", own="author")
        on_channel = Variant.objects.filter(channel__in=found.channel_ids).values("post")
        within = Q(unit__in=found.unit_ids) | Q(author=found.person_id) | Q(pk__in=on_channel)
        return self.filter(within)


class Post(models.Model):
    """What somebody wants to say: the master text that flows to every variant not touched by hand.

    It has no state of its own: that follows from its variants. `due_at` is the moment in UTC of the wall
    clock `due_date` `due_time` in `zone`, and empty while no time is chosen.
    """

    SHOWN = ("title", "unit")

    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="posts")
    campaign = models.ForeignKey(
        "posts.Campaign", null=True, blank=True, on_delete=models.PROTECT, related_name="posts"
    )
    author = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="posts")
    # Written for this one channel, by somebody whose rights are on it alone.
    channel = models.ForeignKey(
        "register.Channel", null=True, blank=True, on_delete=models.PROTECT, related_name="posts"
    )
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    link = models.CharField(max_length=2000, blank=True)
    language = models.CharField(max_length=12, blank=True)
    due_date = models.DateField(null=True, blank=True)
    due_time = models.TimeField(null=True, blank=True)
    zone = models.CharField(max_length=60, default="UTC")
    due_at = models.DateTimeField(null=True, blank=True)
    # Raised by each change; two people saving at once are told apart by it.
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    search = models.TextField(blank=True, default="")
    # Of every variant it has ever had: a month of posts is counted by platform from the index alone.
    platforms = ArrayField(models.TextField(), default=list, blank=True)

    objects: ClassVar = PostQuerySet.as_manager()
    seen_with = "posts.see"
    facts_hidden = ("search", "platforms", "changed_at")

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(
                F("changed_at").desc(), F("id").desc(), name="post_newest", condition=Q(deleted_at=None)
            ),
            models.Index(
                F("unit"),
                F("changed_at").desc(),
                F("id").desc(),
                name="post_newest_of_unit",
                condition=Q(deleted_at=None),
            ),
            models.Index(
                fields=["due_at", "id"],
                name="post_due",
                include=["platforms"],
                condition=Q(deleted_at=None, due_at__isnull=False),
            ),
            models.Index(
                fields=["unit", "due_at", "id"],
                name="post_due_of_unit",
                include=["platforms"],
                condition=Q(deleted_at=None, due_at__isnull=False),
            ),
            models.Index(F("author"), F("id").desc(), name="post_by_author"),
            models.Index(fields=["title", "id"], name="post_by_title", condition=Q(deleted_at=None)),
            words_index("post_words", "search"),
        )

    def __str__(self) -> str:
        return self.title

    def place(self) -> Place:
        return Place(self.unit_id, self.unit.path, self.channel_id)


class Attachment(models.Model):
    """A picture of a post, in order, with its alt text for this post."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="attachments")
    asset = models.ForeignKey("library.Asset", on_delete=models.PROTECT, related_name="attachments")
    position = models.PositiveSmallIntegerField(default=0)
    alt = models.CharField(max_length=1500, blank=True)

    class Meta:
        ordering = ("position", "id")
        constraints = (models.UniqueConstraint(fields=["post", "asset"], name="attached_once"),)

    def __str__(self) -> str:
        return f"{self.asset} in {self.post}"


class Variant(models.Model):
    """The post as it appears in one placement of one channel. Empty `text`, `link`: as the master has it."""

    # Found by `variant_of_post`.
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="variants", db_index=False)
    channel = models.ForeignKey("register.Channel", on_delete=models.PROTECT, related_name="variants")
    placement = models.CharField(max_length=40, blank=True)
    text = models.TextField(null=True, blank=True)  # noqa: DJ001 empty is a text, None is "as the master"
    link = models.CharField(max_length=2000, null=True, blank=True)  # noqa: DJ001 the same
    # Ids of the attachments it uses, in order; None is all of the post that no part of its thread uses.
    attachment_ids = models.JSONField(null=True, blank=True)
    options = models.JSONField(default=dict, blank=True)
    # What follows the post: further posts that answer it in a row, each `text` and `attachment_ids`; and one
    # comment of our own under it.
    thread = models.JSONField(default=list, db_default=Value([], models.JSONField()), blank=True)
    first_comment = models.TextField(blank=True, default="", db_default="")
    state = models.CharField(max_length=12, default="draft")
    # Whoever asked that it be scheduled as soon as it is approved.
    schedule_for = models.ForeignKey(
        "org.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # The digest of what was approved; what is sent must still have it.
    approved_digest = models.CharField(max_length=64, blank=True)

    seen_with = "posts.see"

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=["post", "channel", "placement"], name="variant_once_per_placement"
            ),
        )
        indexes = (
            # With the state, which a list of posts in a state asks of thousands, from the index alone.
            models.Index(fields=["post", "state"], name="variant_of_post"),
            models.Index(
                fields=["state", "post"], name="variant_not_gone", condition=~Q(state="handed_over")
            ),
        )

    def __str__(self) -> str:
        return f"{self.post} · {self.channel}"

    def place(self) -> Place:
        """What is said on a channel is said in the channel's place."""
        return self.channel.place()


class Version(models.Model):
    """What a post was after each change, variants included."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    content = models.JSONField()

    class Meta:
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=["post", "number"], name="version_once"),)

    def __str__(self) -> str:
        return f"{self.post}, version {self.number}"


class Comment(models.Model):
    """Something said about a post, inside the company."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="comments")
    by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return self.text[:60]

    def place(self) -> Place:
        return self.post.place()

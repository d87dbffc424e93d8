"""Conversations, what was said in them, and how far each channel has been read."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Value
from django.utils.translation import pgettext_lazy

from tabard.kernel.place import Place
from tabard.kernel.search import words_index
from tabard.kernel.sentences import sentence

if TYPE_CHECKING:
    from tabard.kernel.actor import Actor


class Reading(models.Model):
    """How far a channel has been read. The cursor changes with what it brought, or not at all."""

    channel = models.OneToOneField(
        "register.Channel", primary_key=True, on_delete=models.CASCADE, related_name="reading"
    )
    cursor = models.TextField(blank=True)
    next_at = models.DateTimeField(db_index=True)
    read_at = models.DateTimeField(null=True, blank=True)
    # When the platform last told us by itself that there is something.
    heard_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    # Why it cannot be read: an English sentence, what stands in its places, a code, and since when.
    says = models.CharField(max_length=300, blank=True)
    facts = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), blank=True)
    code = models.CharField(max_length=40, blank=True)
    problem_at = models.DateTimeField(null=True, blank=True)

    facts_hidden = ("cursor",)

    def __str__(self) -> str:
        return f"reading of {self.channel}"

    @property
    def problem(self) -> str:
        """Why it cannot be read, in the reader's language."""
        return sentence(self.says, self.facts)


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def visible_to(self, by: Actor) -> ConversationQuerySet:
        """Conversations of channels whose inbox `by` may see."""
        from tabard.org.reach import reach
        from tabard.register.models import Channel

        found = reach(by, "inbox.see")
        if found.everything:
            return self
        # Ids rather than a join, so that the indexes by channel and by time can be used.
        there = found.narrow(Channel.objects.all(), unit="unit", channel="pk").order_by()
        return self.filter(channel__in=list(there.values_list("pk", flat=True)))


class Conversation(models.Model):
    """All that was said under one post, or with one person in private; its unit is the channel's."""

    class Kind(models.TextChoices):
        COMMENT = "comment", pgettext_lazy("conversation", "Comment")
        MENTION = "mention", pgettext_lazy("conversation", "Mention")
        REVIEW = "review", pgettext_lazy("conversation", "Review")
        DIRECT = "direct", pgettext_lazy("conversation", "Direct message")

    channel = models.ForeignKey("register.Channel", on_delete=models.PROTECT, related_name="conversations")
    kind = models.CharField(max_length=8, choices=Kind)
    # The platform's id of the post it stands under; of a private one, of the person.
    root = models.CharField(max_length=300)
    state = models.CharField(max_length=8, default="open")
    last_at = models.DateTimeField()
    # The last that was said, as lists show it.
    last_who = models.CharField(max_length=200, blank=True)
    last_text = models.CharField(max_length=280, blank=True)
    last_out = models.BooleanField(default=False)
    done_by = models.ForeignKey(
        "org.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = ConversationQuerySet.as_manager()
    seen_with = "inbox.see"
    # What people of the outside have said is no fact about what one of us did.
    facts_hidden = ("last_who", "last_text")

    class Meta:
        ordering = ("-last_at", "-id")
        constraints = (models.UniqueConstraint(fields=["channel", "kind", "root"], name="conversation_once"),)
        indexes = (
            models.Index(F("last_at").desc(), F("id").desc(), name="conversation_newest"),
            models.Index(F("state"), F("last_at").desc(), F("id").desc(), name="conversation_by_state"),
            models.Index(F("kind"), F("last_at").desc(), F("id").desc(), name="conversation_by_kind"),
            models.Index(F("channel"), F("last_at").desc(), F("id").desc(), name="conversation_of_channel"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.channel}"

    def place(self) -> Place:
        return self.channel.place()


class Message(models.Model):
    """Something that was said, by somebody to us or (`out`) by us. Each once, by the platform's id of it."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    channel = models.ForeignKey("register.Channel", on_delete=models.PROTECT, related_name="+")
    remote_id = models.CharField(max_length=300)
    kind = models.CharField(max_length=8)
    out = models.BooleanField(default=False)
    text = models.TextField(blank=True)
    author_id = models.CharField(max_length=300, blank=True)
    author_handle = models.CharField(max_length=200, blank=True)
    author_name = models.CharField(max_length=200, blank=True)
    author_url = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    url = models.CharField(max_length=500, blank=True)
    reply_to = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=12, blank=True)
    stars = models.PositiveSmallIntegerField(null=True, blank=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    # Taken away, by who said it or by the platform.
    gone_at = models.DateTimeField(null=True, blank=True)
    search = models.TextField(blank=True, default="")

    class Meta:
        ordering = ("at", "id")
        constraints = (models.UniqueConstraint(fields=["channel", "remote_id"], name="message_once"),)
        indexes = (
            models.Index(F("conversation"), F("at").desc(), F("id").desc(), name="message_in_conversation"),
            words_index("message_words", "search"),
        )

    def __str__(self) -> str:
        return f"{self.who} · {self.at:%Y-%m-%d %H:%M}"

    @property
    def who(self) -> str:
        return self.author_name or self.author_handle


class Heard(models.Model):
    """The mark of an event that a platform sent us, so that the same one counts once."""

    mark = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.mark

"""Conversations, what was said in them, and how far each channel has been read."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import pgettext_lazy

from tabard.inbox.rules import to_do
from tabard.kernel.place import Place
from tabard.kernel.search import words_index
from tabard.kernel.sentences import sentence

if TYPE_CHECKING:
    from tabard.inbox.standing import Standing
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
    # Who has begun to write an answer, and when: others are told.
    answering = models.ForeignKey(
        "org.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answering_at = models.DateTimeField(null=True, blank=True)

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

    seen_with = "inbox.see"
    # What holds for it now and can be done with it, where somebody has asked (`inbox.standing`).
    standing: Standing

    class Meta:
        ordering = ("at", "id")
        constraints = (models.UniqueConstraint(fields=["channel", "remote_id"], name="message_once"),)
        indexes = (
            models.Index(F("conversation"), F("at").desc(), F("id").desc(), name="message_in_conversation"),
            words_index("message_words", "search"),
        )

    def __str__(self) -> str:
        return f"{self.who} · {self.at:%Y-%m-%d %H:%M}"

    def place(self) -> Place:
        return self.channel.place()

    @property
    def who(self) -> str:
        return self.author_name or self.author_handle


class ReplyQuerySet(models.QuerySet["Reply"]):
    def visible_to(self, by: Actor) -> ReplyQuerySet:
        """Answers in conversations that `by` may see."""
        return self.filter(conversation__in=Conversation.objects.visible_to(by).order_by())


class Reply(models.Model):
    """What one of us answers in a channel's name. It is written down before the platform hears of it.

    `armed_at` is committed before the call that shows: while it is empty nothing can have gone out; once it
    is set, only the platform, `find`, or a person can say.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="replies")
    channel = models.ForeignKey("register.Channel", on_delete=models.PROTECT, related_name="+")
    answers = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="replies")
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    state = models.CharField(max_length=9, default="queued")
    placement = models.CharField(max_length=40)
    text = models.TextField()
    options = models.JSONField(default=dict, blank=True)
    # In whose name it goes: their grant is checked again in the moment it leaves.
    by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    # Not before this moment: the platform, a budget or our own patience says so.
    next_at = models.DateTimeField()
    # What the connector made before the first call, and what its preparations gave.
    own = models.JSONField(default=dict)
    prepared = models.JSONField(default=dict)
    claim = models.UUIDField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    armed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    url = models.CharField(max_length=500, blank=True)
    # What it became there, once that is known.
    message = models.ForeignKey(
        Message, null=True, blank=True, on_delete=models.PROTECT, related_name="made_by"
    )
    # What went wrong: an English sentence, what stands in its places, and a code.
    says = models.TextField(blank=True)
    facts = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), blank=True)
    code = models.CharField(max_length=40, blank=True)
    asks_person = models.BooleanField(default=False)

    objects: ClassVar = ReplyQuerySet.as_manager()
    seen_with = "inbox.see"
    facts_hidden = ("own", "prepared", "claim", "claimed_at")

    class Meta:
        verbose_name_plural = "replies"
        ordering = ("at", "id")
        constraints = (
            models.CheckConstraint(condition=~Q(state="queued") | Q(armed_at=None), name="reply_unarmed"),
            # One at a time in a conversation, so that they come in order.
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(state="sending"), name="one_sending_reply"
            ),
        )
        indexes = (
            models.Index(
                fields=["next_at", "id"],
                condition=Q(state__in=["queued", "sending", "unsure"]),
                name="reply_due",
            ),
            models.Index(fields=["channel"], condition=Q(asks_person=True), name="reply_asks"),
        )

    def __str__(self) -> str:
        return str(self.conversation)

    def place(self) -> Place:
        return self.channel.place()

    @property
    def problem(self) -> str:
        """What went wrong, in the reader's language."""
        return sentence(self.says, self.facts)

    @property
    def to_do(self) -> str:
        """What can be done about it."""
        return to_do(self.state, self.code, self.asks_person) if self.says else ""


class ModerationQuerySet(models.QuerySet["Moderation"]):
    def visible_to(self, by: Actor) -> ModerationQuerySet:
        """What was done in conversations that `by` may see."""
        talks = Conversation.objects.visible_to(by).order_by()
        return self.filter(message__conversation__in=talks)


class Moderation(models.Model):
    """What one of us does with a message beside answering it: hide it, like it, delete it, block its author.

    Written down before the platform hears of it. It may be told more than once: what is so already stays so.
    """

    class Act(models.TextChoices):
        HIDE = "hide", pgettext_lazy("message", "Hide")
        SHOW = "show", pgettext_lazy("message", "Show again")
        LIKE = "like", pgettext_lazy("message", "Like")
        UNLIKE = "unlike", pgettext_lazy("message", "Take the like back")
        DELETE = "delete", pgettext_lazy("message", "Delete")
        BLOCK = "block", pgettext_lazy("message", "Block who wrote it")
        UNBLOCK = "unblock", pgettext_lazy("message", "Unblock who wrote it")

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="+")
    channel = models.ForeignKey("register.Channel", on_delete=models.PROTECT, related_name="+")
    # Who is blocked, or was; of others who wrote the message.
    author_id = models.CharField(max_length=300, blank=True)
    act = models.CharField(max_length=7, choices=Act)
    state = models.CharField(max_length=9, default="queued")
    # In whose name: their grant is checked again in the moment the platform is told.
    by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    claim = models.UUIDField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    # What went wrong: an English sentence, what stands in its places, and a code.
    says = models.TextField(blank=True)
    facts = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), blank=True)
    code = models.CharField(max_length=40, blank=True)

    objects: ClassVar = ModerationQuerySet.as_manager()
    seen_with = "inbox.see"
    facts_hidden = ("claim", "claimed_at")

    class Meta:
        ordering = ("at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["message", "act"], condition=Q(state__in=["queued", "doing"]), name="moderation_once"
            ),
        )
        indexes = (
            models.Index(
                fields=["next_at", "id"], condition=Q(state__in=["queued", "doing"]), name="moderation_due"
            ),
            models.Index(fields=["channel"], condition=Q(state="failed"), name="moderation_failed"),
            models.Index(
                fields=["channel", "author_id"],
                condition=Q(state="done", act__in=["block", "unblock"]),
                name="moderation_blocked",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_act_display()} · {self.channel}"

    def place(self) -> Place:
        return self.channel.place()

    @property
    def problem(self) -> str:
        """What went wrong, in the reader's language."""
        return sentence(self.says, self.facts)


class Heard(models.Model):
    """The mark of an event that a platform sent us, so that the same one counts once."""

    mark = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.mark

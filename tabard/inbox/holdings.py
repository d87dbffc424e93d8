"""What the inbox has of people: only who did something once. Conversations are their channel's."""

from tabard.kernel.holdings import history

history(
    "inbox.Conversation.done_by",
    "inbox.Conversation.answering",
    "inbox.Reply.by",
    "inbox.Moderation.by",
)

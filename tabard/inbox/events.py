"""What happens in the inbox, for screens and the apps above."""

from __future__ import annotations

from dataclasses import dataclass

from tabard.kernel.events import Event


@dataclass(frozen=True)
class MessagesCame(Event):
    """A channel was read, or told us, and something is new: one event for all of one page of messages."""

    channel_id: int
    unit_id: int
    conversation_ids: list[int]

    def live(self) -> list[str]:
        return [f"conversation {each} {self.unit_id}" for each in self.conversation_ids]


@dataclass(frozen=True)
class ConversationChanged(Event):
    """Somebody answered, or said that it is done; or a reply came to its end."""

    conversation_id: int
    unit_id: int

    def live(self) -> list[str]:
        return [f"conversation {self.conversation_id} {self.unit_id}"]


@dataclass(frozen=True)
class ReplyQueued(Event):
    """Somebody has written an answer, or sent one again: it is to leave now."""

    reply_id: int


@dataclass(frozen=True)
class ModerationQueued(Event):
    """Somebody wants something hidden, liked or deleted, or somebody blocked: the platform is told now."""

    moderation_id: int

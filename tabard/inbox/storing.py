"""Writing down what was said, with how far the channel has been read: all of it in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction

from tabard.connectors import base
from tabard.inbox.events import MessagesCame
from tabard.inbox.models import Conversation, Message, Reading, Reply
from tabard.inbox.rules import kind_of, root_of
from tabard.kernel import clock, text
from tabard.kernel.actor import Actor
from tabard.kernel.events import emit
from tabard.register.models import Channel

LONGEST = 40_000  # of a text that is kept
# Where something stands: the kind and the root of its conversation.
Where = tuple[str, str]
Placed = list[tuple[base.Message, Where]]
# Conversations with one person, where whatever we say last answers all they have said.
WITH_ONE = {"direct", "review"}


def store(by: Actor, channel: Channel, began: Reading, page: base.Messages, wait: timedelta) -> bool:
    """Keep a page of messages and its cursor; False if somebody else has read on since `began`."""
    now = clock.now()
    with transaction.atomic():
        reading = Reading.objects.select_for_update().get(channel=channel)
        if reading.cursor != began.cursor:
            return False
        changed = keep(channel, page.items)
        due = now if page.more else now + wait
        # What was heard while we asked may have come behind what we were told.
        heard = reading.heard_at is not None and (
            reading.read_at is None or reading.heard_at > reading.read_at
        )
        fields: dict[str, Any] = {"says": "", "facts": {}, "code": "", "problem_at": None, "tries": 0}
        Reading.objects.filter(pk=reading.pk).update(
            cursor=page.cursor, read_at=now, next_at=now if heard else due, **fields
        )
        if changed:
            emit(by, MessagesCame(channel.pk, channel.unit_id, sorted(changed)))
    return True


def keep(channel: Channel, said: Sequence[base.Message]) -> set[int]:
    """Write messages down, each once; gives the conversations in which something changed."""
    of_id = {each.remote_id[:300]: each for each in said if each.remote_id}
    there = Message.objects.select_for_update(no_key=True).filter(channel=channel, remote_id__in=of_id)
    known = {row.remote_id: row for row in there.order_by("pk")}
    changed = {row.conversation_id for name, row in known.items() if _again(row, of_id[name])}
    new = [each for name, each in of_id.items() if name not in known and not each.gone]
    placed = _placed(channel, new)
    if not placed:
        return changed
    talks = _conversations(channel, placed)
    rows = [_row(channel, talks[where], each) for each, where in placed]
    Message.objects.bulk_create(rows, ignore_conflicts=True)
    return changed | _moved(talks.values(), rows)


def _placed(channel: Channel, new: Iterable[base.Message]) -> Placed:
    """Where each of them stands. What we said in private stands with what it answers; where nobody knows
    that, nobody knows to whom it was said, and it is not kept."""
    found: Placed = []
    for each in sorted(new, key=lambda each: each.at):
        root = root_of(each, channel.remote_id)
        where = (kind_of(each), root) if root else _of_answered(channel, each, found)
        if where:
            found.append((each, where))
    return found


def _of_answered(channel: Channel, said: base.Message, placed: Placed) -> Where | None:
    beside = {each.remote_id: where for each, where in placed}
    if not said.reply_to or said.reply_to in beside:
        return beside.get(said.reply_to)
    above = Message.objects.filter(channel=channel, remote_id=said.reply_to[:300])
    return above.values_list("conversation__kind", "conversation__root").first()


def _conversations(channel: Channel, placed: Placed) -> dict[Where, Conversation]:
    """Where they stand, locked; what is not there yet is begun."""
    begun = {where: each.at for each, where in reversed(placed)}
    rows = Conversation.objects.filter(channel=channel, root__in={root for _kind, root in begun})
    there = set(rows.values_list("kind", "root"))
    Conversation.objects.bulk_create(
        (
            Conversation(channel=channel, kind=kind, root=root, last_at=at)
            for (kind, root), at in begun.items()
            if (kind, root) not in there
        ),
        ignore_conflicts=True,
    )
    found = rows.select_for_update().order_by("pk")
    return {(each.kind, each.root): each for each in found if (each.kind, each.root) in begun}


def _moved(talks: Iterable[Conversation], rows: Iterable[Message]) -> set[int]:
    """Bring each conversation up to what was said last: what they say opens it again, and what we say makes
    it their turn."""
    of = {each.pk: each for each in talks}
    done = {each.pk for each in of.values() if each.state == "done"}
    ours: dict[int, Message] = {}
    for row in sorted(rows, key=lambda row: row.at):
        talk = of[row.conversation_id]
        if row.at >= talk.last_at or not talk.last_text:
            tell_last(talk, row)
        if row.out:
            ours[talk.pk] = row
        else:
            talk.state, talk.done_by, talk.done_at = "open", None, None
    for pk, row in ours.items():
        if of[pk].state == "open" and answered(of[pk], row):
            of[pk].state = "waiting"
    # What was done is opened before it waits: no other way leads there.
    over = [pk for pk in done if of[pk].state == "waiting"]
    Conversation.objects.filter(pk__in=over).update(state="open")
    fields = ["state", "last_at", "last_who", "last_text", "last_out", "done_by", "done_at"]
    Conversation.objects.bulk_update(of.values(), fields)
    return set(of)


def answered(talk: Conversation, ours: Message) -> bool:
    """Whether it is their turn once we have said `ours`, which is written down already.

    With one person it is, if they have said nothing since. Under a post others may wait as well: what was
    said before that which we answer has been seen by whoever answered, so only somebody else's later words
    keep it open. Where nobody knows what we answered, it stays open if more than one has spoken.
    """
    theirs = talk.messages.filter(out=False, gone_at=None)
    if theirs.filter(at__gt=ours.at).exists():
        return False
    if talk.kind in WITH_ONE:
        return True
    to = theirs.filter(remote_id=ours.reply_to).first() if ours.reply_to else None
    if to is None:
        names = list(theirs.order_by().values_list("author_id", flat=True)[:1000])
        return len(names) < 2 or ("" not in names and len(set(names)) == 1)
    later = theirs.filter(at__gt=to.at)
    # Some platforms do not say who somebody is: then everybody may be somebody else.
    return not (later.exclude(author_id=to.author_id) if to.author_id else later).exists()


def tell_last(talk: Conversation, row: Message) -> None:
    """What a list shows of a conversation."""
    talk.last_at, talk.last_out = max(row.at, talk.last_at), row.out
    talk.last_who, talk.last_text = row.who[:200], " ".join(row.text.split())[:280]


def _again(row: Message, said: base.Message) -> bool:
    """What is known already is told again: edited, taken away, or just the same."""
    fields: dict[str, Any] = {}
    if said.gone and row.gone_at is None:
        fields["gone_at"] = clock.now()
    words = clean(said.text, LONGEST)
    if not said.gone and words != row.text:
        # What we have sent ourselves is shown by platforms in their own way: that is no edit of ours.
        as_sent = row.out and Reply.objects.filter(message=row, text=row.text).exists()
        row.text = words
        fields |= {"text": words, "search": search_of(row)}
        fields |= {} if as_sent else {"edited_at": clock.now()}
    if not said.gone and row.gone_at is not None:
        fields["gone_at"] = None
    if fields:
        Message.objects.filter(pk=row.pk).update(**fields)
        talk = Conversation.objects.select_for_update().get(pk=row.conversation_id)
        if "text" in fields and row.at >= talk.last_at:
            tell_last(talk, row)
            talk.save(update_fields=["last_at", "last_who", "last_text", "last_out"])
    return bool(fields)


def said_by_us(talk: Conversation, said: base.Message) -> Message:
    """Write down what we have just said in a conversation that is locked, and whose turn it is now.

    The channel may have been read meanwhile: then it is there already.
    """
    row = Message.objects.filter(channel=talk.channel, remote_id=said.remote_id[:300]).first()
    if row is None:
        row = _row(talk.channel, talk, said)
        row.out = True
        row.save()
    elif not row.out or Reply.objects.filter(message=row).exists():
        # Some platforms have one answer to a thing, and the next takes its place.
        row.out, row.text = True, clean(said.text, LONGEST)
        row.search = search_of(row)
        row.save(update_fields=["out", "text", "search"])
    if row.at >= talk.last_at:
        tell_last(talk, row)
        talk.save(update_fields=["last_at", "last_who", "last_text", "last_out"])
    return row


def _row(channel: Channel, talk: Conversation, said: base.Message) -> Message:
    row = Message(
        conversation=talk,
        channel=channel,
        remote_id=said.remote_id[:300],
        kind=said.kind[:8],
        out=bool(said.author_id) and said.author_id == channel.remote_id,
        text=clean(said.text, LONGEST),
        author_id=clean(said.author_id, 300),
        author_handle=clean(said.author_handle, 200),
        author_name=clean(said.author_name, 200),
        author_url=address(said.author_url),
        at=said.at,
        url=address(said.url),
        reply_to=clean(said.reply_to, 300),
        language=clean(said.language, 12),
        stars=said.stars,
    )
    row.search = search_of(row)
    return row


def search_of(row: Message) -> str:
    """What a message is found by."""
    return text.searchable(f"{row.author_name} {row.author_handle} {row.text}")


def clean(said: str, most: int) -> str:
    """A platform's words as the database can keep them."""
    return str(said).replace("\x00", "")[:most]


def address(said: str) -> str:
    """An address that may stand behind a link, or nothing."""
    found = clean(said, 501)
    return found if found.startswith(("https://", "http://")) and len(found) <= 500 else ""

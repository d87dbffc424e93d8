"""Channels and what hangs on them, one of every kind: half of `Things` in `conftest.py`."""

from __future__ import annotations

import io
import uuid
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import transaction
from PIL import Image

from tabard.kernel import clock
from tests.cast import Cast, make_channel


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "orange").save(out, "PNG")
    return out.getvalue()


@dataclass
class ChannelThings:
    """Made when asked for, in the Nordics district."""

    cast: Cast

    def _channel(self) -> Any:
        return make_channel(self.cast.nordics, f"nordics-{uuid.uuid4().hex[:6]}")

    def _doubt(self) -> Any:
        from tabard.register.models import Doubt

        return Doubt.objects.create(
            channel=self._channel(), kind="disowned", said_by=self.cast.district, said_at=clock.now()
        )

    def _import(self) -> Any:
        from tabard.register.models import Import

        columns = {"kind": "channels", "map": {}, "headers": []}
        return Import.objects.create(unit=self.cast.nordics, name="x.csv", source=b"", columns=columns)

    def _finding(self) -> Any:
        """A channel of which next to nothing is known."""
        from tabard.register.actions import look_through
        from tabard.register.models import Finding

        channel = self._channel()
        look_through(self.cast.by("owner"), self.cast.organisation)
        return Finding.objects.get(channel=channel, kind="incomplete")

    def _publication(self) -> Any:
        """On, with an edition out."""
        from tabard.public import making
        from tabard.public.actions import turn_on

        there = turn_on(self.cast.by("owner"), self.cast.organisation)
        making.publish()
        there.refresh_from_db()
        return there

    def _edition(self) -> Any:
        return self._publication().edition

    def _signingkey(self) -> Any:
        return self._edition().key

    def _showing(self) -> Any:
        from tabard.public.actions import show

        return show(self.cast.by("owner"), self._channel(), shown="yes")

    def _disowned(self) -> Any:
        from tabard.public.actions import disown

        by, profile = self.cast.by("owner"), f"https://x.com/x{uuid.uuid4().hex[:10]}"
        return disown(by, self.cast.nordics, profile=profile)

    def _retirement(self) -> Any:
        from tabard.register.actions import set_state

        channel = self._channel()
        set_state(self.cast.by("owner"), channel, state="retiring", why="x")
        return channel.retirements.get()

    def _worth(self) -> Any:
        return apps.get_model("life.Worth").objects.create(channel=self._channel(), words="x")

    def _difference(self) -> Any:
        """It is called otherwise there."""
        return apps.get_model("life.Difference").objects.create(
            channel=self._channel(), kind="name", there={"name": "Soups"}, found_at=clock.now()
        )

    def _comparison(self) -> Any:
        return apps.get_model("life.Comparison").objects.create(channel=self._channel(), next_at=clock.now())

    def _platformchange(self) -> Any:
        said = {"platform_id": "practice", "title": "x", "what": "x", "source": "https://x.example/"}
        days = {"takes_effect": clock.today(), "due_on": clock.today()}
        return apps.get_model("life.PlatformChange").objects.create(**days, **said)

    def _retirementstep(self) -> Any:
        """One that a policy asks for, so that its words are somebody's."""
        from tabard.life.models import RetirementStep

        today = clock.today()
        return RetirementStep.objects.create(
            retirement=self._retirement(), position=99, title="x", due_on=today
        )

    def _channelrequest(self) -> Any:
        """Asked by the owner of the organisation."""
        from datetime import timedelta

        from tabard.life.actions import ask

        said = {
            "purpose": "Soups of the north",
            "audience": "Cooks",
            "languages": "en",
            "why": "None has soups",
        }
        people = {"answers": self.cast.creator, "backs": self.cast.publisher}
        by, handle = self.cast.by("owner"), f"x{uuid.uuid4().hex[:10]}"
        until = clock.today() + timedelta(days=90)
        return ask(by, self.cast.nordics, handle=handle, platform="x", until=until, **said, **people)

    def _conversation(self) -> Any:
        """Somebody has commented."""
        from tabard.connectors.base import Message
        from tabard.inbox.models import Conversation
        from tabard.inbox.storing import keep

        said = Message("m1", "reply", "Where can I buy it?", "ana", "ana", clock.now(), thread="p1")
        with transaction.atomic():
            (made,) = keep(self._channel(), [said])
        return Conversation.objects.get(pk=made)

    def _message(self) -> Any:
        """What was said in the conversation that there is, or in a new one."""
        from tabard.inbox.models import Conversation

        there = Conversation.objects.filter(channel__unit=self.cast.nordics).first()
        return (there or self._conversation()).messages.first()

    def _reply(self) -> Any:
        """An answer that has not gone out yet."""
        from tabard.inbox.models import Reply

        answered, now = self._message(), clock.now()
        known = {"conversation": answered.conversation, "channel": answered.channel, "answers": answered}
        return Reply.objects.create(
            **known, placement="post", text="x", by=self.cast.publisher, at=now, next_at=now
        )

    def _moderation(self) -> Any:
        """Somebody wants it hidden, and the platform does not know yet."""
        from tabard.inbox.models import Moderation

        message, now = self._message(), clock.now()
        known = {"message": message, "channel": message.channel, "author_id": message.author_id}
        return Moderation.objects.create(
            **known, act="hide", by=self.cast.publisher, at=now, next_at=now, says="x"
        )

    def _sighting(self) -> Any:
        """Somebody may pass for a channel of the Nordics."""
        from tabard.watch.actions import record

        handle = f"nordics{uuid.uuid4().hex[:6]}"
        make_channel(self.cast.nordics, handle, "instagram")
        rows = [{"platform": "instagram", "handle": f"{handle}_help", "name": "x", "bio": "x"}]
        by, unit = self.cast.by("owner"), self.cast.nordics
        (found,) = record(by, unit, rows=rows, words="x").outcomes
        return found.sighting

    def _case(self) -> Any:
        """About an impostor; proven, and one way taken."""
        from tabard.watch.actions import decide, open_case, prove

        by, found = self.cast.by("owner"), self._sighting()
        found = decide(by, found, decision="impostor", words="x")
        case = open_case(by, found, owner=self.cast.district)
        # What is kept stays as it is: the words of the unit are in it from the start.
        words = self.cast.nordics.name
        prove(by, case, page=words, number=words, address="https://x.example/", picture=_picture())
        return case

    def _evidence(self) -> Any:
        return self._case().evidence.get()

    def _filing(self) -> Any:
        from tabard.watch.actions import file_case

        by, case = self.cast.by("owner"), self._case()
        return file_case(by, case, route="owner", letter=self.cast.nordics.name, reference="x")

    def _turn(self) -> Any:
        return self._filing().turns.get()

    def _report(self) -> Any:
        return self._sighting().reports.get()

    def _portrait(self) -> Any:
        from tabard.watch.actions import portray

        return portray(self.cast.by("owner"), self._channel(), bio="x", site="https://x.example/")

    def _look(self) -> Any:
        from tabard.watch.actions import note_look

        return note_look(
            self.cast.by("owner"), self._channel(), handle="ana@meridian.example", answer="nobody"
        )

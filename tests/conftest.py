"""One thing of every kind, in the Nordics district, for tests about the whole."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from tabard.kernel import clock
from tabard.kernel.actor import Actor
from tests.cast import Cast
from tests.channel_things import ChannelThings

# What stands behind the ids in addresses.
BEHIND = {
    "unit_id": "org.Unit",
    "person_id": "org.Person",
    "grant_id": "org.Grant",
    "absence_id": "org.Absence",
    "round_id": "attestation.Round",
    "sheet_id": "attestation.Sheet",
    "item_id": "attestation.Item",
    "session_id": "access.Session",
    "emergency_id": "access.Emergency",
    "source_id": "access.Source",
    "directory_id": "access.Directory",
    "directory_token_id": "access.DirectoryToken",
    "change_id": "org.Reorganisation",
    "channel_id": "register.Channel",
    "credential_id": "safety.Credential",
    "check_out_id": "safety.CheckOut",
    "rotation_id": "safety.Rotation",
    "admin_id": "safety.PlatformAdmin",
    "finding_id": "safety.AdminFinding",
    "doubt_id": "register.Doubt",
    "import_id": "register.Import",
    "entry_finding_id": "register.Finding",
    "profile_id": "public.Disowned",
    "channel_request_id": "life.ChannelRequest",
    "retirement_step_id": "life.RetirementStep",
    "difference_id": "life.Difference",
    "sighting_id": "watch.Sighting",
    "case_id": "watch.Case",
    "filing_id": "watch.Filing",
    "evidence_id": "watch.Evidence",
    "asset_id": "library.Asset",
    "post_id": "posts.Post",
    "campaign_id": "posts.Campaign",
    "approval_id": "approvals.Approval",
    "delivery_id": "publishing.Delivery",
    "hold_id": "publishing.Hold",
    "conversation_id": "inbox.Conversation",
    "message_id": "inbox.Message",
    "reply_id": "inbox.Reply",
    "moderation_id": "inbox.Moderation",
    "legal_hold_id": "audit.LegalHold",
    "export_id": "audit.Export",
    "stream_id": "audit.Stream",
    "entry_id": "audit.Entry",
}


@dataclass
class Things(ChannelThings):
    """Made when asked for: `of(Model)` gives one that the stranger has no business with."""

    stranger: Actor

    def ids(self) -> dict[str, int]:
        """One thing of every kind: its id by its name in addresses."""
        return {name: self.of(apps.get_model(model)).pk for name, model in BEHIND.items()}

    def of(self, model: type[models.Model]) -> Any:
        name = model._meta.label
        made = getattr(self, "_" + name.split(".")[1].lower(), None)
        assert made is not None, f"say in tests/conftest.py how to make a {name}"
        return made()

    def _unit(self) -> Any:
        return self.cast.nordics

    def _person(self) -> Any:
        return self.cast.creator

    def _chain(self) -> Any:
        from tabard.audit.chain.sealing import chain

        return chain()

    def _entry(self) -> Any:
        from tabard.audit.models import Entry

        return Entry.objects.filter(unit_id=self.cast.nordics.pk).first()

    def _legalhold(self) -> Any:
        from tabard.audit.actions import hold

        return hold(self.cast.by("owner"), self._chain(), name="x", reason="x", kind="org.unit")

    def _export(self) -> Any:
        from tabard.audit.actions import export

        return export(self.cast.by("owner"), self._chain(), form="csv")

    def _stream(self) -> Any:
        from tabard.audit.actions import stream

        given = {"name": "x", "kind": "webhook", "address": "https://sink.meridian.example/"}
        return stream(self.cast.by("owner"), self._chain(), **given)

    def _grant(self) -> Any:
        return self.cast.creator.grants.get()

    def _absence(self) -> Any:
        from tabard.org.models import Absence

        return Absence.objects.create(
            person=self.cast.creator,
            deputy=self.cast.district,
            starts_at=clock.now(),
            ends_at=clock.now() + clock.minutes(60),
        )

    def _reorganisation(self) -> Any:
        from tabard.org.models import Reorganisation

        return Reorganisation.objects.create(unit=self.cast.nordics, kind="close", reason="x")

    def _apitoken(self) -> Any:
        from tabard.access.models import ApiToken

        return ApiToken.objects.create(person=self.cast.creator, name="x", digest="x", start="x")

    def _departure(self) -> Any:
        from tabard.access.actions import leave

        return leave(self.cast.by("owner"), self.cast.leaver, reason="x")

    def _round(self) -> Any:
        """An open review of the Nordics, begun by its region."""
        from tabard.attestation.actions import plan
        from tabard.attestation.models import Round

        there = Round.objects.filter(unit=self.cast.nordics).first()
        return there or plan(self.cast.by("owner"), self.cast.nordics, kind="access")

    def _sheet(self) -> Any:
        return self._round().sheets.first()

    def _item(self) -> Any:
        return self._sheet().items.first()

    def _emergency(self) -> Any:
        from tabard.access.actions import ask_emergency

        cast, nordics = self.cast, self.cast.nordics
        return ask_emergency(cast.by("district"), nordics, second=cast.regional, reason="x", hours=1)

    def _source(self) -> Any:
        from tabard.access.models import Source

        slug = f"source-{uuid.uuid4().hex[:6]}"
        return Source.objects.create(
            slug=slug, name="Example", unit=self.cast.nordics, issuer="https://id.example", client="tabard"
        )

    def _directory(self) -> Any:
        from tabard.access.models import Directory

        return Directory.objects.create(name=f"Entra {uuid.uuid4().hex[:6]}", unit=self.cast.nordics)

    def _directorytoken(self) -> Any:
        from tabard.access.models import DirectoryToken

        return DirectoryToken.objects.create(directory=self._directory(), digest=uuid.uuid4().hex, start="x")

    def _directorygroup(self) -> Any:
        from tabard.access.models import DirectoryGroup

        now = clock.now()
        return DirectoryGroup.objects.create(
            directory=self._directory(), name="Editors", created_at=now, changed_at=now
        )

    def _member(self) -> Any:
        from tabard.access.models import Member

        now = clock.now()
        return Member.objects.create(
            directory=self._directory(),
            person=self.cast.creator,
            user_name="marek",
            created_at=now,
            changed_at=now,
        )

    def _session(self) -> Any:
        from datetime import timedelta

        from tabard.access.models import Session

        now, later = clock.now(), clock.now() + timedelta(hours=1)
        return Session.objects.create(
            person=self.cast.creator, way="password", started_at=now, seen_at=now, proved_at=now,
            ends_at=later, idle_at=later, pause=60,
        )  # fmt: skip

    def _credential(self) -> Any:
        from tabard.safety.actions import add_to_unit

        plain = {"name": f"Press desk {uuid.uuid4().hex[:6]}"}
        by, unit = self.cast.by("owner"), self.cast.nordics
        return add_to_unit(by, unit, plain=plain, password="a password", codes="A" * 32)

    def _checkout(self) -> Any:
        from tabard.safety.actions import take

        return take(self.cast.by("publisher"), self._credential())

    def _rotation(self) -> Any:
        from tabard.safety.actions import ask_for_credential

        return ask_for_credential(self.cast.by("owner"), self._credential(), reason="x")

    def _platformadmin(self) -> Any:
        """Whom nobody knows, so that there is something to find."""
        from tabard.connectors.base import Administrator
        from tabard.safety.actions import record_admins

        channel = self._channel()
        record_admins(self.cast.by("owner"), channel, found=[Administrator("ana", "Ana Petrova")])
        return channel.platform_admins.get()

    def _adminfinding(self) -> Any:
        return self._platformadmin().findings.get(kind="unknown")

    def _asset(self) -> Any:
        from tabard.library.models import Asset

        return Asset.objects.create(
            unit=self.cast.nordics, name="x", file="x.jpg", mime="image/jpeg", size=1, sha256=uuid.uuid4().hex
        )

    def _campaign(self) -> Any:
        from tabard.posts.models import Campaign

        return Campaign.objects.create(unit=self.cast.nordics, name="x")

    def _post(self) -> Any:
        from tabard.posts.actions import make_post

        return make_post(
            self.cast.by("creator"), self.cast.nordics, title="x", text="x", channels=[self._channel()]
        )

    def _approval(self) -> Any:
        from tabard.approvals.models import Approval
        from tabard.posts.actions import submit

        post = self._post()
        submit(self.cast.by("creator"), post)
        return Approval.objects.get(group_id=post.pk)

    def _delivery(self) -> Any:
        from tabard.publishing.models import Delivery

        variant = self._post().variants.get()
        return Delivery.objects.create(
            variant=variant,
            post=variant.post,
            channel=variant.channel,
            unit=variant.channel.unit,
            digest="x",
            content={},
            due_at=clock.now(),
            next_at=clock.now(),
        )

    def _hold(self) -> Any:
        from tabard.publishing.models import Hold

        return Hold.objects.create(unit=self.cast.nordics, reason="x", pressed_at=clock.now())


@pytest.fixture
def things(cast: Cast) -> Things:
    """A maker of things, and the stranger who should get none of them."""
    return Things(cast, cast.by("stranger"))

"""A thousand of everything that lists show: copies of one of each, written in bulk."""

from __future__ import annotations

import uuid
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model

from tabard.demo.history import unguarded
from tabard.kernel import clock
from tests.conftest import BEHIND, Things

# What must differ between copies; `n` is put into texts.
OWN: dict[str, dict[str, Any]] = {
    "org.Unit": {"slug": "unit-{n}", "path": "{path}{n}/", "reference": ""},
    "org.Person": {"email": "person{n}@meridian.example"},
    "org.Reorganisation": {"state": "done"},
    "access.ApiToken": {"digest": "{n:064}"},
    "access.Source": {"slug": "source-{n}"},
    "access.Directory": {"name": "Directory {n}"},
    "access.DirectoryToken": {"digest": "{n:064}"},
    "public.Disowned": {"canonical": "https://x.com/copy{n}"},
    "register.Finding": {"key": "copy-{n}"},
    "register.Channel": {"handle": "copy_{n}", "remote_id": "copy-{n}"},
    "register.Doubt": {"decided_at": clock.now},
    "safety.CheckOut": {"ended_at": clock.now},
    "safety.PlatformAdmin": {"remote_id": "copy-{n}"},
    "watch.Sighting": {"identity": "copy_{n}"},
    "watch.Filing": {"route": "copy-{n}"},
    "library.Asset": {"sha256": "{n:064}"},
    "posts.Post": {"title": "Soup {n}"},
    "publishing.Delivery": {"key": uuid.uuid4},
    "approvals.Approval": {"state": "asked"},
    "inbox.Conversation": {"root": "copy-{n}"},
    "inbox.Message": {"remote_id": "copy-{n}"},
    "inbox.Reply": {"key": uuid.uuid4},
}
# A post comes with its variant, an approval with its step.
PARTS = {"posts.Post": ("posts.Variant", "post"), "approvals.Approval": ("approvals.Step", "approval")}


class Rows:
    """One of every kind, and as many copies of each as are asked for."""

    def __init__(self, things: Things) -> None:
        names = [*BEHIND.values(), "access.ApiToken"]
        self.first = {name: things.of(apps.get_model(name)) for name in names}
        self.first["audit.Entry"] = apps.get_model("audit.Entry").objects.latest("pk")
        self.made = 1

    def ids(self) -> dict[str, int]:
        return {word: self.first[name].pk for word, name in BEHIND.items()}

    def until(self, count: int) -> None:
        """`count` of everything, the first included."""
        with connection.cursor() as cursor:
            # A table with rows yet to be looked at cannot be altered.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with unguarded():
            for name, first in self.first.items():
                self._copy(name, first, count)
        self.made = count

    def _copy(self, name: str, first: Model, count: int) -> None:
        model = apps.get_model(name)
        first = model.objects.get(pk=first.pk)
        made = model.objects.bulk_create(self._one(name, first, n) for n in range(self.made, count))
        if name == "safety.PlatformAdmin":
            self._admins = made
        if name == "register.Channel":
            self._channels = made
        if name == "watch.Sighting":
            self._sightings = made
        if name == "inbox.Message":
            self._messages = made
        if name in PARTS:
            part, field = PARTS[name]
            of = apps.get_model(part).objects.filter(**{field: first.pk})[0]
            copies = [_copied(of, **{field: each}) for each in made]
            of._meta.model.objects.bulk_create(copies)
            if name == "posts.Post":
                self._variants = copies

    def _one(self, name: str, first: Model, n: int) -> Model:
        given = {
            key: value() if callable(value) else value.format(n=n, path=getattr(first, "path", ""))
            for key, value in OWN.get(name, {}).items()
        }
        if name == "approvals.Approval":
            given |= {"subject_id": self._variants[n - self.made].pk}
        if name == "safety.AdminFinding":
            given |= {"admin": self._admins[n - self.made]}
        if name == "life.Difference":
            given |= {"channel": self._channels[n - self.made]}
        if name == "watch.Case":
            given |= {"sighting": self._sightings[n - self.made]}
        if name == "inbox.Moderation":
            given |= {"message": self._messages[n - self.made]}
        if name == "publishing.Delivery":
            given |= {"variant": self._variants[n - self.made]}
        return _copied(first, **given)


def _copied(first: Model, **given: Any) -> Model:
    values = {f.attname: getattr(first, f.attname) for f in first._meta.concrete_fields if not f.primary_key}
    copy = first._meta.model(**values)
    for key, value in given.items():
        setattr(copy, key, value)
    return copy

"""What is secret and kept by other apps: typed by somebody or shown to them once, and so known to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from tabard.access.models import DirectoryToken, Source
from tabard.audit.models import Stream
from tabard.kernel import clock
from tabard.kernel.place import Place
from tabard.org.models import Unit
from tabard.register.models import PlatformApp
from tabard.safety.models import Rotation

APP, SOURCE = Rotation.Elsewhere.APP, Rotation.Elsewhere.SOURCE
TOKEN, STREAM = Rotation.Elsewhere.TOKEN, Rotation.Elsewhere.STREAM
# Who may change it, where it is kept.
RIGHTS = {APP: "platforms.apps", SOURCE: "sources.edit", TOKEN: "sources.edit", STREAM: "audit.keep"}


@dataclass(frozen=True)
class Secret:
    """One of them; `key` is its primary key as text."""

    kind: str
    key: str
    name: str
    unit: Unit

    def place(self) -> Place:
        return self.unit.place()


def known_to(person: int) -> list[Secret]:
    """All that `person` typed or was shown and that opens something still. At most five queries."""
    return [*_of_platforms(person), *_of_sign_in(person), *_of_the_log(person)]


def place_of(rotation: Rotation) -> str:
    """The page on which it is changed."""
    if rotation.elsewhere == APP:
        return f"{reverse('platform_apps')}?platform={rotation.elsewhere_key}"
    if rotation.elsewhere == SOURCE:
        return reverse("source", args=[rotation.elsewhere_key])
    if rotation.elsewhere == TOKEN:
        token = DirectoryToken.objects.filter(pk=rotation.elsewhere_key).first()
        return reverse("directory", args=[token.directory_id]) if token else reverse("directories")
    return reverse("audit_streams")


def _of_platforms(person: int) -> Iterator[Secret]:
    found = list(PlatformApp.objects.filter(secret_by=person).select_related("platform"))
    whole = Unit.objects.get(parent=None) if found else None
    for app in found:
        if whole is not None:
            yield Secret(APP, str(app.pk), app.platform.name, whole)


def _of_sign_in(person: int) -> Iterator[Secret]:
    sources = Source.objects.filter(secret_by=person).exclude(secret="")
    for source in sources.select_related("unit"):
        yield Secret(SOURCE, str(source.pk), source.name, source.unit)
    tokens = DirectoryToken.objects.filter(made_by=person, ended_at=None, ends_at__gt=clock.now())
    for token in tokens.select_related("directory__unit"):
        yield Secret(TOKEN, str(token.pk), str(token), token.directory.unit)


def _of_the_log(person: int) -> Iterator[Secret]:
    """Only webhooks are signed; whoever made one was shown by what."""
    streams = list(Stream.objects.filter(maker=person, kind="webhook", ended_at=None))
    units = Unit.objects.in_bulk({stream.unit_id for stream in streams}) if streams else {}
    for stream in streams:
        yield Secret(STREAM, str(stream.pk), stream.name, units[stream.unit_id])

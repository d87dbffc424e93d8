"""Adding pictures to the library, and describing them."""

from __future__ import annotations

import contextlib
import logging
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import text
from tabard.kernel.actions import action
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Invalid
from tabard.kernel.opened import Values, not_overtaken
from tabard.library.files import Picture, read_picture
from tabard.library.models import Asset
from tabard.org.models import Unit

log = logging.getLogger(__name__)
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif"}


@action(
    "asset.add",
    may="library.add",
    on=Unit,
    says=gettext_lazy("%(who)s added the picture %(what)s"),
    lock=False,
)
def add_asset(by: Actor, unit: Unit, *, name: str, data: bytes, alt: str = "") -> Asset:
    """Keep a picture in the library of `unit`. The same picture again gives the one that is there."""
    if unit.closed_at:
        raise Invalid({"unit": [_("%(unit)s is closed.") % {"unit": unit}]})
    picture = read_picture(data)
    there = Asset.objects.filter(unit=unit, sha256=picture.sha256).first()
    if there is not None:
        return there
    clean = text.name(PurePath(name.replace("\\", "/")).name)[:200] or _("Picture")
    asset = Asset(
        unit=unit,
        name=clean,
        mime=picture.mime,
        size=len(data),
        width=picture.width,
        height=picture.height,
        sha256=picture.sha256,
        alt=text.prose(alt)[:1500],
        added_by_id=by.person_id,
    )
    asset.search = text.folded(asset.name, asset.alt)
    _keep_files(asset, picture, data)
    asset.save()
    return asset


def _keep_files(asset: Asset, picture: Picture, data: bytes) -> None:
    """Both files or none: what a full disk has half written is taken away again."""
    stored = picture.sha256[:32]
    try:
        asset.file.save(f"{stored}.{ENDINGS[picture.mime]}", ContentFile(data), save=False)
        asset.thumbnail.save(f"{stored}.jpg", ContentFile(picture.thumbnail), save=False)
    except OSError as error:
        log.exception("a picture could not be stored")
        with contextlib.suppress(OSError):
            for kept in filter(None, (asset.file.name, asset.thumbnail.name)):
                asset.file.storage.delete(kept)
        said = _("The file could not be stored. Nothing was saved; tell whoever runs Tabard.")
        raise Invalid({"file": [said]}) from error


@action(
    "asset.change", may="library.add", on=Asset, says=gettext_lazy("%(who)s described the picture %(what)s")
)
def change_asset(
    by: Actor, asset: Asset, *, name: str | None = None, alt: str | None = None, was: Values | None = None
) -> Asset:
    """Name or describe a picture; the file itself never changes."""
    not_overtaken(asset, was)
    if name is not None:
        asset.name = text.name(name)[:200]
        if not asset.name:
            raise Invalid({"name": [_("Give a name of 1 to 200 characters.")]})
    if alt is not None:
        asset.alt = text.prose(alt)[:1500]
    asset.search = text.folded(asset.name, asset.alt)
    asset.save(update_fields=["name", "alt", "search"])
    return asset

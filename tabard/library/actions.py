"""Adding pictures, videos and documents to the library, and describing them."""

from __future__ import annotations

import contextlib
import logging
from pathlib import PurePath

from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import scanning, text
from tabard.kernel.actions import action
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Invalid
from tabard.kernel.opened import Values, not_overtaken
from tabard.library.files import Found, digest, read_file
from tabard.library.models import Asset
from tabard.org.models import Unit

log = logging.getLogger(__name__)
KNOWN = ("kind", "mime", "width", "height", "seconds", "codec", "sound", "fps", "pages", "title")


@action(
    "asset.add",
    may="library.add",
    on=Unit,
    says=gettext_lazy("%(who)s added a file to the library: %(what)s"),
    lock=False,
)
def add_asset(by: Actor, unit: Unit, *, name: str, data: bytes | File[bytes], alt: str = "") -> Asset:
    """Keep a picture, video or document in the library of `unit`; the same again gives the one there is.

    What is large comes as a file and is never held in memory. What a video hides is taken out before.
    """
    if unit.closed_at:
        raise Invalid({"unit": [_("%(unit)s is closed.") % {"unit": unit}]})
    file: File[bytes] = ContentFile(data) if isinstance(data, bytes) else data
    scanning.demand_clean(file, name=name)
    found = read_file(file)
    sha256 = digest(file)
    there = Asset.objects.filter(unit=unit, sha256=sha256).first()
    if there is not None:
        return there
    clean = text.name(PurePath(name.replace("\\", "/")).name)[:200] or _("File")
    asset = Asset(
        unit=unit,
        name=clean,
        size=file.size,
        sha256=sha256,
        alt=text.prose(alt)[:1500],
        added_by_id=by.person_id,
        hidden=list(found.hidden),
        **{each: getattr(found, each) for each in KNOWN},
    )
    asset.search = text.folded(asset.name, asset.alt, asset.title)
    _keep(asset, found, file)
    return asset


def _keep(asset: Asset, found: Found, file: File[bytes]) -> None:
    """The row and both files, or none: what a full disk has half written is taken away again."""
    stored = asset.sha256[:32]
    try:
        asset.file.save(f"{stored}.{found.ending}", file, save=False)
        asset.thumbnail.save(f"{stored}.jpg", ContentFile(found.thumbnail), save=False)
        asset.save()
    except BaseException as error:
        with contextlib.suppress(OSError):
            for kept in filter(None, (asset.file.name, asset.thumbnail.name)):
                asset.file.storage.delete(kept)
        if not isinstance(error, OSError):
            raise
        log.exception("a file could not be stored")
        said = _("The file could not be stored. Nothing was saved; tell whoever runs Tabard.")
        raise Invalid({"file": [said]}) from error


@action("asset.change", may="library.add", on=Asset, says=gettext_lazy("%(who)s described %(what)s"))
def change_asset(
    by: Actor, asset: Asset, *, name: str | None = None, alt: str | None = None, was: Values | None = None
) -> Asset:
    """Name or describe it; the file itself never changes."""
    not_overtaken(asset, was)
    if name is not None:
        asset.name = text.name(name)[:200]
        if not asset.name:
            raise Invalid({"name": [_("Give a name of 1 to 200 characters.")]})
    if alt is not None:
        asset.alt = text.prose(alt)[:1500]
    asset.search = text.folded(asset.name, asset.alt, asset.title)
    asset.save(update_fields=["name", "alt", "search"])
    return asset

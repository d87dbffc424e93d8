"""What an account says of itself and looks like, put on whatever keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tabard.kernel import scanning, text
from tabard.kernel.errors import Invalid
from tabard.register.fields import FIELDS
from tabard.watch import pictures, queries
from tabard.watch.reading import LONGEST


def described(thing: Any, picture: bytes, known: Mapping[str, str]) -> None:
    """Set name, bio, site and the likeness of a picture. `Invalid` says everything that is wrong at once."""
    wrong: dict[str, list[str]] = {}
    for name, value in known.items():
        said = text.prose(value).strip() if name == "bio" else text.name(value)
        if len(said) > LONGEST.get(name, 500):
            wrong[name] = [_("At most %(n)s characters.") % {"n": LONGEST.get(name, 500)}]
        setattr(thing, name, said)
    if known.get("site") and "site" not in wrong:
        try:
            FIELDS["url"](thing.site)
        except ValueError as error:
            wrong["site"] = [str(error)]
    if picture:
        scanning.demand_clean(picture, name=_("Picture"), field="picture")
        seen = pictures.read(picture) if len(picture) <= queries.LARGEST else None
        if seen is None:
            wrong["picture"] = [_("This is no picture, or a very large one.")]
        else:
            thing.avatar = pictures.kept(seen)
    if wrong:
        raise Invalid(wrong)

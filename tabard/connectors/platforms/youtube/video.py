"""A video as YouTube has it: made of a post, merged with what is there, and read back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tabard.connectors.base import Access, Media, Outgoing, Published
from tabard.connectors.checks import full_text
from tabard.connectors.errors import ConnectorError, Refused
from tabard.connectors.platforms.youtube.card import SITE, VIDEO
from tabard.connectors.platforms.youtube.client import inner
from tabard.connectors.platforms.youtube.options import PRIVATE, PUBLIC
from tabard.connectors.platforms.youtube.texts import DESCRIPTION, TITLE
from tabard.connectors.verdict import refuse_unfit
from tabard.connectors.words import _

MOST_TAGS = 500
# What of `status` can be written; the rest YouTube fills in.
MUTABLE = (
    "privacyStatus",
    "publishAt",
    "license",
    "embeddable",
    "publicStatsViewable",
    "selfDeclaredMadeForKids",
    "containsSyntheticMedia",
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
FAILED = {
    "duplicate": _("YouTube has this video of the channel already, and takes it no second time."),
    "length": _("The video is too long for this channel. Over 15 minutes it must be verified by telephone."),
    "copyright": _("YouTube rejected the video for what belongs to others in it."),
    "claim": _("YouTube rejected the video for what belongs to others in it."),
    "termsOfUse": _("YouTube rejected the video: it breaks its terms."),
    "inappropriate": _("YouTube rejected the video: it breaks its terms."),
    "emptyFile": _("The file of the video is empty."),
    "codec": _("YouTube cannot read the video: its codec is not known there. Save it as MP4 with H.264."),
    "invalidFile": _(
        "YouTube cannot read the file: it is no video that it knows. Save it as MP4 with H.264."
    ),
}


def mark(outgoing: Outgoing) -> str:
    """A tag of our own that a video bears until it is shown: by it, it is found again."""
    return f"tabard-{outgoing.key}"


def film(outgoing: Outgoing) -> Media:
    """The one video of a post."""
    return next(item for item in outgoing.media if item.kind == "video")


def cover(outgoing: Outgoing) -> Media | None:
    """The picture that is shown before it plays, if there is one."""
    return next((item for item in outgoing.media if item.kind == "image"), None)


def refuse_misworded(outgoing: Outgoing) -> None:
    """Raise Refused for what the card does not say of title, text, tags and language."""
    refuse_unfit(_title(outgoing), TITLE)
    refuse_unfit(full_text(VIDEO, outgoing), DESCRIPTION)
    length = _length(tags(outgoing))
    if length > MOST_TAGS:
        says = _("The tags are too long together: %(counted)s of %(limit)s characters.")
        raise Refused(says, code="tags", counted=length, limit=MOST_TAGS)
    if any(set(tag) & set("<>") for tag in tags(outgoing)):
        raise Refused(_("Tags are taken without < and >."), code="tags")
    spoken = _spoken(outgoing)
    if spoken and not _LANGUAGE.fullmatch(spoken):
        says = _("“%(said)s” is no language; write it as bg or en-GB.")
        raise Refused(says, code="language", said=spoken)


def tags(outgoing: Outgoing) -> list[str]:
    """Each once, in the order they were written."""
    said = str(outgoing.options.get("tags") or "").replace("\n", ",").split(",")
    return list(dict.fromkeys(tag for each in said if (tag := each.strip().removeprefix("#"))))


def _length(found: list[str]) -> int:
    """As YouTube counts: the commas between, and quotation marks around what has a space in it."""
    return sum(len(tag) + 2 * (" " in tag) for tag in found) + max(0, len(found) - 1)


def _title(outgoing: Outgoing) -> str:
    return str(outgoing.options.get("title") or "").strip()


def _spoken(outgoing: Outgoing) -> str:
    return str(outgoing.options.get("spoken") or "").strip()


def wanted(outgoing: Outgoing) -> str:
    """Who shall see it in the end."""
    return str(outgoing.options.get("privacy") or PUBLIC)


def snippet(outgoing: Outgoing) -> dict[str, Any]:
    """Title, text and what else is said of the video."""
    found: dict[str, Any] = {
        "title": _title(outgoing),
        "description": full_text(VIDEO, outgoing),
        "tags": tags(outgoing),
        "categoryId": str(outgoing.options.get("category") or "22"),
    }
    if outgoing.language:
        found["defaultLanguage"] = outgoing.language
    if spoken := _spoken(outgoing):
        found["defaultAudioLanguage"] = spoken
    return found


def status(outgoing: Outgoing, privacy: str) -> dict[str, Any]:
    """Who sees it, and what the law asks."""
    found: dict[str, Any] = {
        "privacyStatus": privacy,
        "license": str(outgoing.options.get("license") or "youtube"),
        "embeddable": bool(outgoing.options.get("embeddable", True)),
        "containsSyntheticMedia": bool(outgoing.options.get("synthetic", False)),
    }
    kids = outgoing.options.get("kids")
    return found | ({"selfDeclaredMadeForKids": kids == "yes"} if kids in {"yes", "no"} else {})


def hidden(outgoing: Outgoing) -> dict[str, Any]:
    """The video as it is uploaded: nobody sees it, and it bears our mark instead of its tags."""
    return {
        "snippet": {**snippet(outgoing), "tags": [mark(outgoing)]},
        "status": status(outgoing, PRIVATE),
    }


def shown(outgoing: Outgoing, number: str) -> dict[str, Any]:
    """The video as it is shown, wholly: what is left out would be taken away."""
    return {"id": number, "snippet": snippet(outgoing), "status": status(outgoing, wanted(outgoing))}


def edited(outgoing: Outgoing, there: Mapping[str, Any]) -> dict[str, Any]:
    """The video that is there with what the post says now. Who sees it stays as it is."""
    known, allowed = inner("snippet")(there), inner("status")(there)
    kept = {name: known[name] for name in ("defaultLanguage", "defaultAudioLanguage") if known.get(name)}
    left = {name: allowed[name] for name in MUTABLE if name in allowed}
    privacy = str(allowed.get("privacyStatus") or PRIVATE)
    return {
        "id": there["id"],
        "snippet": {**kept, **snippet(outgoing)},
        "status": {**left, **status(outgoing, privacy)},
    }


def marked(outgoing: Outgoing, there: Mapping[str, Any]) -> bool:
    """Whether it still bears our mark: then it was uploaded, and never shown."""
    found = inner("snippet")(there).get("tags")
    return mark(outgoing) in found if isinstance(found, list) else False


def privacy_of(there: Mapping[str, Any]) -> str:
    """Who sees it now."""
    return str(inner("status")(there).get("privacyStatus") or "")


def unusable(there: Mapping[str, Any]) -> ConnectorError | None:
    """Why YouTube can do nothing with the file; None if it can, or does not know yet."""
    known = inner("status")(there)
    if known.get("uploadStatus") not in {"failed", "rejected", "deleted"}:
        return None
    why = str(known.get("failureReason") or known.get("rejectionReason") or known["uploadStatus"])
    raw = str(known)[:500]
    if why in FAILED:
        return Refused(FAILED[why], code="media", raw=raw)
    return Refused(_("The platform cannot use the file: %(reason)s"), code="media", raw=raw, reason=why)


def locked() -> ConnectorError:
    """What to say when YouTube keeps a video private that was to be shown."""
    says = _(
        "YouTube keeps the video locked as private. Look in YouTube Studio why; if it is because of the app, "
        "whoever runs Tabard must ask Google for the compliance audit of its project."
    )
    return Refused(says, code="locked")


def there(access: Access, outgoing: Outgoing, number: str) -> Published:
    """Where everybody finds it."""
    short = outgoing.placement == "short"
    return Published(number, f"{SITE}/shorts/{number}" if short else f"{SITE}/watch?v={number}")

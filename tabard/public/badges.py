"""Badges for other sites: a picture or a small page, and a link back that only we can have made."""

from __future__ import annotations

from django.core.signing import BadSignature, Signer
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tabard.public.reading import Listed, Snapshot, address_of, place

_SIGNER = Signer(salt="tabard.public.badge", sep="~")
LETTER = 7.1  # px that a letter of the badge is wide, on average


def token(platform: str, handle: str) -> str:
    """What a badge's address names its channel by. It says nothing about whether the channel is public."""
    return _SIGNER.sign_object([platform, handle])


def channel_of(there: Snapshot, given: str) -> Listed | None:
    """The channel of a badge, if we made the badge and the channel is public now."""
    try:
        platform, handle = _SIGNER.unsign_object(given)
    except (BadSignature, ValueError, TypeError):
        return None
    found = there.by_address.get(place(platform, address_of(platform, handle)))
    return found if found and not found.until else None


# The coat that stands for Tabard everywhere.
COAT = (
    "M6.2 2.5L1 5v5.5h3.5V18h11v-7.5H19V5l-5.2-2.5C12.9 4.2 11.6 5 10 5S7.1 4.2 6.2 2.5z"
    "M9.3 7h1.4v2.8H15v1.4h-4.3V16H9.3v-4.8H5V9.8h4.3z"
)
_PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="24" viewBox="0 0 {whole} 24"'
    ' role="img" aria-label="{word}: {name}"><title>{word}: {name}</title>'
    '<rect width="{whole}" height="24" rx="4" fill="#1f2937"/>'
    '<path d="M{left} 0H{end}a4 4 0 0 1 4 4V20a4 4 0 0 1-4 4H{left}Z" fill="#166534"/>'
    '<path fill="#fff" fill-rule="evenodd" transform="translate(5 4.5) scale(.75)" d="{coat}"/>'
    '<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="12">'
    '<text x="24" y="16">{word}</text><text x="{text}" y="16">{name}</text></g></svg>'
)


def picture(word: str, name: str) -> SafeString:
    """The badge: the coat, a word, the name. Colours are fixed, because it stands on pages of others."""
    left = int(28 + len(word) * LETTER)
    whole = int(left + 14 + len(name) * LETTER)
    return format_html(
        _PICTURE, whole=whole, left=left, end=whole - 4, text=left + 7, coat=COAT, word=word, name=name
    )

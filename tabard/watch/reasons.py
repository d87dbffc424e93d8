"""Why two accounts may be taken for one, as sentences: English here, in the reader's language on screens.

A reason is kept as its name and what stands in its places, so that everybody reads it in their own words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tabard.connectors.words import _

SENTENCES = {
    "itself": _("It is the official account itself."),
    "same": _("The handle is the same: %(what)s."),
    "letters": _("The handle shows %(official)s in letters that only look like it."),
    "digits": _("%(what)s is %(official)s with digits for letters."),
    "words": _("It is %(official)s with other words beside it."),
    "words-beside": _("It is %(official)s with other words beside it (%(beside)s)."),
    "part": _("%(what)s is a word of the handle."),
    "typo": _("%(what)s is %(official)s but for one letter."),
    "typos": _("%(what)s is %(official)s but for a letter or two."),
    "typo-part": _("A word of the handle, %(what)s, is %(official)s but for one letter."),
    "typos-part": _("A word of the handle, %(what)s, is %(official)s but for a letter or two."),
    "inside": _("The handle begins or ends with %(what)s."),
    "surname": _("Both end in %(what)s, which no other official handle is as near to."),
    "beginning": _("Both begin with %(what)s, which no other official handle is as near to."),
    "close": _("The names are the same but for one letter."),
    "closer": _("The names are the same but for a letter or two."),
    "initials": _("Both end in %(what)s, after a first name and its beginning."),
    "ending": _("Both end in %(what)s."),
    "name-letters": _("The name %(shown)s shows %(ours)s in letters that only look like it."),
    "name-same": _("The name %(shown)s is the same as %(ours)s."),
    "name-like": _("The name %(shown)s is like %(ours)s."),
    "picture-copy": _("The picture is the official one."),
    "picture-turned": _("The picture is the official one, turned or mirrored."),
    "picture-outline": _("The picture has the outline of the official logo."),
    "claim": _("It claims to be official, or to help in the official name."),
    "bait": _("It asks for or promises what frauds do."),
    "bio": _("It says of itself what the official account says."),
    "link": _("It links to %(host)s, which passes for the official site."),
    "home": _("It links to the official site."),
    "apart": _("It says that it is not official."),
    "shared": _("Another official account is as near."),
    "alone": _("Nothing but the name speaks for an impostor."),
}
# The same said of one wrong letter and of two.
SLIPS = {"typo": "typos", "typo-part": "typos-part", "close": "closer"}


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for or against. `code` is a key of SENTENCES."""

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return SENTENCES[self.code] % self.facts

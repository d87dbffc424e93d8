"""Tables of the log: what was done, the seals on it, and what its keepers decided."""

from tabard.audit.models.entries import Entry
from tabard.audit.models.keeping import Clearing, LegalHold
from tabard.audit.models.leaving import Export, Stream
from tabard.audit.models.refusals import Refusal
from tabard.audit.models.seals import Anchor, Chain, Check, Seal

__all__ = [
    "Anchor",
    "Chain",
    "Check",
    "Clearing",
    "Entry",
    "Export",
    "LegalHold",
    "Refusal",
    "Seal",
    "Stream",
]

"""Secrets at rest: sealed under keys that are not in the database."""

from tabard.access.vault.keys import Sealed
from tabard.access.vault.places import Place, keeps
from tabard.access.vault.sealing import seal, unseal

__all__ = ["Place", "Sealed", "keeps", "seal", "unseal"]

"""Secrets at rest: sealed under keys that are not in the database."""

from tabard.access.vault.sealing import Sealed, seal, unseal

__all__ = ["Sealed", "seal", "unseal"]

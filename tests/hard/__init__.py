"""Proofs with real processes that are killed on purpose."""

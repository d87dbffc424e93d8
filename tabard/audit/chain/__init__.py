"""The chain of seals: how entries are encoded, sealed, checked, and anchored outside the database."""

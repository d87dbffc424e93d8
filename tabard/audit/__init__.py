"""The audit log: who did what to what, before and after. Append-only, enforced by the database (D8)."""

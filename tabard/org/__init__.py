"""The organisation: units, leads, people, policies, roles, grants, absence, and `may()` (A)."""

"""Asks sites whether a name exists there: it does, it does not, or nobody can tell and why."""

"""Tabard: every social media account that speaks in an organisation's name, run from one place."""

__version__ = "0.1.0"

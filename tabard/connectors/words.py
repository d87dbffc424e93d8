"""Marks sentences that people will read, without needing Django to translate them.

A connector keeps the English sentence; the app that shows it looks the translation up:
`gettext(error.says) % error.values`.
"""

from __future__ import annotations


def _(sentence: str) -> str:
    """Return `sentence` as it is; the name is what the extraction of translations looks for."""
    return sentence


marked = _

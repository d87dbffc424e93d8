"""How Tabard speaks to platforms: what each can do as data, and the few calls that do it.

A platform is a folder in `platforms/`; nothing outside names one. No Django here, and nothing of ours above.
Start with `base.py` (the calls), `card.py` (the data) and `errors.py` (the six ways a call can fail).
"""

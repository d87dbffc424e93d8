"""What everything costs: `make bench NAME=...`. Nobody is slowed while that is measured."""

import os

for _name in ("", "KEY_", "DIRECTORY_", "ADDRESS_"):
    os.environ.setdefault(f"TABARD_{_name}REQUESTS_A_MINUTE", "0")

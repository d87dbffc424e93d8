"""Gives the tests their database: loaded by pytest (`-p` in pyproject.toml) before Django reads its settings.

DATABASE_URL names another server to test against. Without it the embedded one is started, shared by all
processes of a run, without the safety on a power cut that nobody needs here. TABARD_TEST_POSTGRES chooses
its version, 16 or 18.
"""

from __future__ import annotations

import os
from pathlib import Path

from tabard.config import embedded

HOME = Path(os.environ.get("TABARD_TEST_HOME", ".local/test")).resolve()
VERSION = int(os.environ.get("TABARD_TEST_POSTGRES", embedded.NEWEST))

os.environ["TABARD_HOME"] = str(HOME)
os.environ.setdefault("TABARD_LOCAL", "1")
# One person of the tests asks more in a second than anybody does in an hour. Tests of it set their own.
for name in ("", "KEY_", "DIRECTORY_", "ADDRESS_"):
    os.environ.setdefault(f"TABARD_{name}REQUESTS_A_MINUTE", "0")
if "DATABASE_URL" not in os.environ:
    server = HOME if VERSION == embedded.NEWEST else HOME / f"postgres-{VERSION}"
    os.environ["DATABASE_URL"] = embedded.ensure(server, throwaway=True, version=VERSION)

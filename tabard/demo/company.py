"""What is written of the company in company.yaml."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def company() -> dict[str, Any]:
    """What is written in company.yaml."""
    read: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "company.yaml").read_text())
    return read

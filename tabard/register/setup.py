"""The platforms, kept in the table after each migration as `platforms.yaml` says."""

from __future__ import annotations

from typing import Any

from tabard.register.models import Platform
from tabard.register.platforms import platforms


def keep_platforms(**_: Any) -> None:
    """Make what is missing and rename what is called otherwise; nothing is ever taken away."""
    rows = [Platform(slug=k.slug, name=k.name, mark=k.mark) for k in platforms().values()]
    Platform.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["slug"], update_fields=["name", "mark"]
    )

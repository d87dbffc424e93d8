"""What must not change unseen: who may do what, the document of the API, and the queries of every page.

`python -m tests.snapshots` writes them anew; the difference is then read like any other change.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RIGHTS, API, QUERIES = HERE / "rights.json", HERE / "openapi.json", HERE / "query_counts.json"
NEW = "It changed. If that is meant: python -m tests.snapshots"


def rights() -> dict[str, Any]:
    """Role by role, the actions it may do."""
    from tabard.kernel.actions import registry
    from tabard.org.catalogue import OWN, ROLES

    return {
        role: sorted(n for n, spec in registry.items() if spec.may in permissions or spec.may.startswith(OWN))
        for role, (_name, permissions) in ROLES.items()
    }


def document() -> dict[str, Any]:
    """The OpenAPI document, in English."""
    from django.utils.translation import override

    from tabard.api.root import api

    with override("en"):
        found: dict[str, Any] = json.loads(
            json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), default=str)
        )
    return found


def written(value: Any) -> str:
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    import os
    import subprocess
    import sys

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tabard.config.settings")
    django.setup()
    RIGHTS.write_text(written(rights()))
    API.write_text(written(document()))
    counted = [sys.executable, "-m", "pytest", "tests/test_query_counts.py"]
    sys.exit(subprocess.run(counted, env=os.environ | {"TABARD_SNAPSHOTS": "1"}).returncode)

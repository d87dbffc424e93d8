"""Where the built script and style sheet are: Vite writes a manifest, pages name files through it."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.templatetags.static import static

FOLDER = Path(__file__).parent / "static" / "built"
ENTRY = "src/main.js"


def styles() -> list[str]:
    """Addresses of the style sheets; none when nothing has been built."""
    return [static(f"built/{name}") for name in _entry().get("css", [])]


def script() -> str:
    """Address of the one script module, or nothing: pages work without it."""
    name = _entry().get("file", "")
    return static(f"built/{name}") if name else ""


def font() -> str:
    """Address of the Latin letters, which every page needs and the browser may fetch early."""
    latin = [name for name in _entry().get("assets", []) if "inter-latin-wght" in name]
    return static(f"built/{latin[0]}") if latin else ""


def _entry() -> dict[str, Any]:
    path = FOLDER / "manifest.json"
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        return {}
    return _read(changed)


@lru_cache(maxsize=2)
def _read(_changed: int) -> dict[str, Any]:
    manifest: dict[str, dict[str, Any]] = json.loads((FOLDER / "manifest.json").read_text())
    return manifest[ENTRY]

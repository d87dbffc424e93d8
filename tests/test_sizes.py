"""No file grows into a room nobody can see across. `python -m tests.test_sizes` lists what is too long."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON, PAGE, PART, SCRIPT, VIEW = 400, 150, 80, 100, 25
GENERATED = {"migrations", "node_modules", "built", ".venv", ".local", "__pycache__"}


def _files(pattern: str, *roots: str) -> Iterator[Path]:
    for root in roots:
        for path in sorted((ROOT / root).rglob(pattern)):
            if not GENERATED & set(path.relative_to(ROOT).parts):
                yield path


def _too_long(path: Path, limit: int) -> Iterator[str]:
    count = len(path.read_text().splitlines())
    if count > limit:
        yield f"{path.relative_to(ROOT)}: {count} lines, at most {limit}"


def _long_views(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            count = (node.end_lineno or 0) - body[0].lineno + 1 if body else 0
            if count > VIEW:
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {count} lines, at most {VIEW}"


def faults() -> list[str]:
    """Every file and view over its limit."""
    found: list[str] = []
    for path in _files("*.py", "tabard", "tests", "bench", "e2e"):
        found += _too_long(path, PYTHON)
        if path.name == "screens.py" or path.parent.name == "screens":
            found += _long_views(path)
    for path in _files("*.html", "tabard"):
        found += _too_long(path, PART if path.name.startswith("_") else PAGE)
    for kind in ("*.js", "*.ts"):
        for path in _files(kind, "frontend"):
            found += _too_long(path, SCRIPT)
    return found


def test_no_file_is_too_long():
    assert faults() == []


if __name__ == "__main__":
    if found := faults():
        sys.exit("\n".join(found))

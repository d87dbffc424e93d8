"""`make audit`: what is known against our components is said, and so is that nobody could be asked."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
NEW, OLD = (f"{datetime.now(UTC) - timedelta(days=days):%Y-%m-%dT00:00:00.000Z}" for days in (3, 30))


def of_python(**vulns: list[str]) -> dict[str, Any]:
    """What pip-audit says: each advisory with the versions that mend it."""
    found = [{"id": name, "fix_versions": fixes} for name, fixes in vulns.items()]
    return {"dependencies": [{"name": "urllib3", "version": "2.0.0", "vulns": found}], "fixes": []}


def of_node(wrong: str = "") -> dict[str, Any]:
    """What npm says: an advisory about versions that are `wrong`."""
    via = [{"url": "https://advisories.example/GHSA-1", "range": wrong}, "another"]
    return {"vulnerabilities": {"vite": {"nodes": ["node_modules/vite"], "via": via}} if wrong else {}}


SKIPPED = {"dependencies": [{"name": "django", "skip_reason": "not found on PyPI"}], "fixes": []}
AWAY = {"message": "405 Method Not Allowed", "error": {"summary": ""}}
# Says what it is told to; asked whether a version was there by a day, it knows the old one and nothing new.
SAYS = """#!/usr/bin/env python3
import sys
if "compile" in sys.argv:
    name = sys.stdin.read().strip()
    sys.exit(0 if name == "urllib3==2.1.0" or sys.argv[-1] > {today!r} else 1)
sys.stdout.write({view!r} if "view" in sys.argv else {said!r})
"""


def ask(
    folder: Path, python: Any, node: Any, *words: str, days: int = 3, command: str = "tools/audit"
) -> tuple[int, str]:
    """Run the real thing beside a pip-audit and an npm that say this; the pins are `days` old."""
    for name in ("tools", "requirements", "frontend", ".venv/bin", ".ci"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name in ("tools/audit", "tools/audit.py", ".ci/advisories"):
        shutil.copy(ROOT / name, folder / name)
    (folder / "requirements/pinned").write_text(f"{datetime.now(UTC) - timedelta(days=days):%Y-%m-%d}\n")
    lock = {"packages": {"node_modules/vite": {"version": "5.0.0"}}}
    (folder / "frontend/package-lock.json").write_text(json.dumps(lock))
    known = {"view": json.dumps({"created": OLD, "4.9.0": OLD, "5.0.0": OLD, "5.0.1": OLD, "5.1.0": NEW})}
    known["today"] = f"{datetime.now(UTC):%Y-%m-%d}"
    for path, said in ((".venv/bin/uv", python), ("tools/node", node)):
        told = said if isinstance(said, str) else json.dumps(said)
        (folder / path).write_text(SAYS.format(said=told, **known))
        (folder / path).chmod(0o755)
    answer = subprocess.run([folder / command, *words], capture_output=True, text=True)
    return answer.returncode, answer.stdout


@pytest.mark.parametrize(
    ("python", "node", "code", "says"),
    [
        (of_python(), of_node(), 0, "nothing is known"),
        (of_python(**{"CVE-1": ["2.1.0"]}), of_node(), 1, "urllib3 2.0.0: CVE-1 (mended in 2.1.0; DUE)"),
        (of_python(), of_node("<5.1.0"), 1, "GHSA-1 (mended in 5.1.0)"),
        (of_python(), AWAY, 3, "NOT ASKED"),
        (SKIPPED, of_node(), 3, "1 components could not be looked up"),
        ("no json", of_node("<5.1.0"), 1, "GHSA-1"),
        ("", "", 3, "NOT ASKED"),
        ({"dependencies": [{"odd": 1}]}, of_node(), 3, "cannot be read"),
    ],
)
def test_what_is_known_is_said_and_silence_is_no_answer(tmp_path, python, node, code, says):
    found, said = ask(tmp_path, python, node)
    assert (found, says in said) == (code, True), said


@pytest.mark.parametrize(
    ("python", "node", "code"),
    [
        (of_python(**{"CVE-1": ["2.1.0"]}), of_node(), 1),
        (of_python(**{"CVE-1": ["2.2.0"]}), of_node(), 0),  # mended, but not for two weeks yet
        (of_python(**{"CVE-1": []}), of_node(), 0),
        (of_python(), of_node(">=5.0.0 <5.0.1"), 1),
        (of_python(), of_node("<5.1.0"), 0),
        (of_python(), of_node("*"), 0),
        (SKIPPED, AWAY, 0),
    ],
)
def test_after_the_tests_only_what_could_have_been_mended_fails(tmp_path, python, node, code):
    found, said = ask(tmp_path, python, node, command=".ci/advisories", days=99)
    assert found == code, said
    assert "DUE" in said if code else "DUE" not in said
    assert "CVE-1" in said or "GHSA-1" in said or "known" in said or "NOT ASKED" in said


def test_whoever_gives_no_answer_holds_nobody_up(tmp_path, monkeypatch):
    monkeypatch.setenv("TABARD_AUDIT_SECONDS", "1")
    ask(tmp_path, of_python(), of_node())
    (tmp_path / ".venv/bin/uv").write_text("#!/bin/sh\nexec sleep 60\n")
    answer = subprocess.run([tmp_path / ".ci/advisories"], capture_output=True, text=True, timeout=30)
    assert (answer.returncode, "NOT ASKED" in answer.stdout) == (0, True)


def test_they_are_asked_about_after_the_tests():
    lines = (ROOT / ".ci/run").read_text().split("\n")
    assert lines.index(".ci/advisories") > lines.index("make test </dev/null")


def test_components_nobody_has_looked_after_for_three_months(tmp_path):
    assert ask(tmp_path, of_python(), of_node(), days=92)[0] == 0
    code, said = ask(tmp_path, of_python(), of_node(), days=94)
    assert (code, "Run `make pins`" in said) == (1, True)


def test_the_day_of_our_own_pins_is_written_down():
    day = (ROOT / "requirements/pinned").read_text().strip()
    assert datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC) <= datetime.now(UTC)

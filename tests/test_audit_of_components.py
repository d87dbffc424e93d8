"""`make audit`: what is known against our components is said, and so is that nobody could be asked."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CLEAN = ("No known vulnerabilities found", 0), ("found 0 vulnerabilities", 0)
NEWS = ("Found 2 known vulnerabilities in 1 package", 1), ("3 high severity vulnerabilities", 1)
AWAY = ("Could not connect", 1), ("audit endpoint returned an error", 1)


def ask(folder: Path, python: tuple[str, int], node: tuple[str, int], *, days: int = 3) -> tuple[int, str]:
    """Run the real thing beside a pip-audit and an npm that say this; the pins are `days` old."""
    for name in ("tools", "requirements", "frontend", ".venv/bin"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "tools/audit", folder / "tools/audit")
    (folder / "requirements/pinned").write_text(f"{datetime.now(UTC) - timedelta(days=days):%Y-%m-%d}\n")
    for path, (said, code) in ((".venv/bin/uv", python), ("tools/node", node)):
        (folder / path).write_text(f"#!/bin/sh\necho '{said}'\nexit {code}\n")
        (folder / path).chmod(0o755)
    answer = subprocess.run([folder / "tools/audit"], capture_output=True, text=True)
    return answer.returncode, answer.stdout


@pytest.mark.parametrize(
    ("python", "node", "code", "says"),
    [
        (CLEAN[0], CLEAN[1], 0, "nothing is known"),
        (NEWS[0], CLEAN[1], 1, "Found 2 known"),
        (CLEAN[0], NEWS[1], 1, "3 high severity"),
        (CLEAN[0], AWAY[1], 3, "NOT ASKED"),
        (AWAY[0], NEWS[1], 1, "3 high severity"),
        (("", 0), ("", 0), 3, "NOT ASKED"),
    ],
)
def test_what_is_known_is_said_and_silence_is_no_answer(tmp_path, python, node, code, says):
    found, said = ask(tmp_path, python, node)
    assert (found, says in said) == (code, True)


def test_components_nobody_has_looked_after_for_three_months(tmp_path):
    assert ask(tmp_path, *CLEAN, days=92)[0] == 0
    code, said = ask(tmp_path, *CLEAN, days=94)
    assert (code, "Run `make pins`" in said) == (1, True)


def test_the_day_of_our_own_pins_is_written_down():
    day = (ROOT / "requirements/pinned").read_text().strip()
    assert datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC) <= datetime.now(UTC)

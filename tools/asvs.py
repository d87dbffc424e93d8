"""Write docs/reference/asvs.md from docs/reference/asvs.yaml: `python tools/asvs.py`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

PLACE = Path(__file__).resolve().parent.parent / "docs/reference"
HEAD = """# Security requirements

Our answers to levels 1 and 2 of the OWASP Application Security Verification Standard 5.0.0, in our own
short words. Made from `asvs.yaml` by `python tools/asvs.py`.

"""


def answers() -> dict[str, dict[str, Any]]:
    """Every requirement by its number."""
    found: dict[str, dict[str, Any]] = yaml.safe_load((PLACE / "asvs.yaml").read_text())
    return found


def page(found: dict[str, dict[str, Any]]) -> str:
    """The page for people."""
    applies = [each for each in found.values() if each["answer"] != "not applicable"]
    tested = sum("tests" in each for each in applies if each["answer"] == "met")
    unmet = sum(each["answer"] == "open" for each in applies)
    counts = (
        f"{len(found)} requirements, {len(applies)} apply, {tested} are met and tested, {unmet} are open.\n\n"
    )
    rows = ["| number | asks | answer | how, or why not |", "| --- | --- | --- | --- |"]
    for number, each in found.items():
        tests = [f"`{test.rpartition('::')[2]}`" for test in each.get("tests", ())]
        how = ", ".join(tests + [each[word] for word in ("written", "why") if word in each])
        rows.append(f"| {number} | {each['asks']} | {each['answer']} | {how} |")
    return HEAD + counts + "\n".join(rows) + "\n"


if __name__ == "__main__":
    (PLACE / "asvs.md").write_text(page(answers()))

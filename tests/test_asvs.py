"""Our answers to the security standard: complete, with tests that exist, and the page made from them."""

from __future__ import annotations

import ast
import csv
import importlib.util
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
_spec = importlib.util.spec_from_file_location("asvs", ROOT / "tools/asvs.py")
assert _spec
assert _spec.loader
asvs = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(asvs)
ANSWERS = asvs.answers()
# The share of what applies that tests answer. It only rises.
SHARE = 0.88


def test_every_requirement_has_one_answer():
    assert len(ANSWERS) == 246
    wrong = [
        number
        for number, each in ANSWERS.items()
        if each["answer"] not in {"met", "not applicable", "open"}
        or not (("tests" in each or "written" in each) if each["answer"] == "met" else each.get("why"))
    ]
    assert wrong == []


def test_they_are_those_of_the_standard():
    where = os.environ.get("TABARD_REFERENCE_DATA")
    if not where:
        pytest.skip("TABARD_REFERENCE_DATA is not set")
    with (Path(where) / "data/asvs-5.0/asvs-5.0.0-en.csv").open(encoding="utf-8-sig") as file:
        rows = [(row["req_id"][1:], row["L"]) for row in csv.DictReader(file)]
    assert set(ANSWERS) == {number for number, level in rows if level != "3" and not number.startswith("17.")}


def test_every_test_that_is_named_exists():
    missing, known = [], {}
    for each in ANSWERS.values():
        for test in each.get("tests", ()):
            path, _colons, name = test.partition("::")
            if path not in known:
                file = ROOT / path
                tree = ast.parse(file.read_text() if file.exists() else "")
                known[path] = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
            if name not in known[path]:
                missing.append(test)
    assert missing == []


def test_most_of_what_applies_is_answered_by_tests():
    applies = [each for each in ANSWERS.values() if each["answer"] != "not applicable"]
    assert sum(each["answer"] == "met" and "tests" in each for each in applies) / len(applies) >= SHARE


def test_the_page_is_current():
    assert (ROOT / "docs/reference/asvs.md").read_text() == asvs.page(ANSWERS), "run: python tools/asvs.py"

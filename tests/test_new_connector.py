"""A connector that was only begun can be imported, runs the contract, and is told what it lacks."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools.connector import begin

ROOT = Path(__file__).parent.parent


def test_a_new_connector_fails_the_contract_usefully(tmp_path):
    folder = begin("flickr", "2026-11", tmp_path)
    (tmp_path / "conftest.py").write_text(
        f"from tabard.connectors import platforms\nplatforms.__path__.append({str(tmp_path)!r})\n"
    )
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:django",
            "-p",
            "no:xdist",
            "-c",
            "/dev/null",
            "--rootdir",
            str(tmp_path),
            str(folder),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 1, ran.stdout[-2000:] + ran.stderr[-2000:]
    assert "error" not in ran.stdout.splitlines()[-1]
    for lacks in ("commit: make the post", "connect: ask the platform", "check: ask for the channel"):
        assert lacks in ran.stdout
    assert "test_card_limits_are_whole" not in ran.stdout  # what can be right from the start is


@pytest.mark.parametrize("name", ["", "Flickr", "../flickr", "a b", "1x", "x" * 40])
def test_a_name_that_is_none_is_refused(tmp_path, name):
    with pytest.raises(ValueError, match="only"):
        begin(name, "2026-11", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_connector_that_is_there_is_left_alone(tmp_path):
    begin("flickr", "2026-11", tmp_path)
    with pytest.raises(ValueError, match="already"):
        begin("flickr", "2026-12", tmp_path)

"""`tabard doctor` says what is well, what is not and what to do, and never dies of what it finds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.db import connection

from tabard.cli._doctor import database, machine, processes, safety
from tabard.cli.doctor import command


def findings(**environment: str) -> dict[str, dict[str, str]]:
    answer = subprocess.run(
        [sys.executable, "-m", "tabard", "doctor", "--json"],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "Traceback" not in answer.stderr, answer.stderr
    found = {finding["name"]: finding for finding in json.loads(answer.stdout)["findings"]}
    assert answer.returncode == (1 if any(f["state"] == "bad" for f in found.values()) else 0)
    return found


def test_production_without_anything_is_told_everything_that_is_missing(tmp_path):
    found = findings(
        DATABASE_URL="postgresql://x@127.0.0.1:1/y",
        TABARD_LOCAL="0",
        TABARD_HOME=str(tmp_path),
        TABARD_DEBUG="1",
    )
    for name in ("Database", "Secret key", "Vault key", "Address", "E-mail", "Web", "Live line", "Debugging"):
        assert found[name]["state"] == "bad", name
        assert found[name]["do"], name
    assert "Connection refused" in found["Database"]["text"]
    assert "Tables" not in found, "what needs the database is left out without one"


@pytest.mark.parametrize(
    ("there", "state", "said"),
    [
        ((), "warn", "ffmpeg and ffprobe are not there: films are kept and sent, but have no picture here"),
        (("ffprobe",), "warn", "ffmpeg is not there: films are kept and sent, but have no picture here"),
        (("ffmpeg",), "warn", "ffprobe is not there: how long some are is unknown"),
        (("ffmpeg", "ffprobe"), "ok", "ffmpeg draws their pictures"),
    ],
)
def test_what_is_lost_without_ffmpeg_is_said(tmp_path, settings, there, state, said):
    for name in there:
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    settings.FFMPEG = str(tmp_path)
    found = machine.films()
    assert (found.state, found.text, bool(found.do)) == (state, said, state == "warn")


def test_where_ffmpeg_is_not_wanted_nothing_is_asked_for(settings):
    settings.FFMPEG = ""
    assert machine.films().state == "ok"


def test_weak_and_equal_keys_are_seen(tmp_path):
    found = findings(
        TABARD_LOCAL="0", TABARD_SECRET_KEY="a" * 50, TABARD_VAULT_KEY="a" * 50, TABARD_HOME=str(tmp_path)
    )
    assert found["Secret key"]["state"] == "bad"
    assert "same as the secret key" in found["Vault key"]["text"]


def test_a_database_before_its_first_migration_is_told_to_migrate():
    found = findings()  # the server's own database, which the tests never migrate
    assert found["Tables"]["do"] == "Run `tabard migrate`."
    assert found["Workers"]["do"] == "Run `tabard migrate`."


@pytest.mark.django_db
def test_lines_for_people_and_one_object_for_machines():
    lines = CliRunner().invoke(command, [])
    assert "Python" in lines.output
    assert json.loads(CliRunner().invoke(command, ["--json"]).output)["findings"]


@pytest.mark.django_db
class TestDatabase:
    def test_a_migrated_database_is_well(self):
        for check in (database.reachable, database.encoding, database.tables, database.connections):
            assert check().state == "ok"

    def test_a_clock_that_differs_is_bad_because_posts_leave_by_it(self, monkeypatch):
        class Late(database.datetime):
            @classmethod
            def now(cls, zone=None):
                return super().now(zone) - timedelta(seconds=9)

        monkeypatch.setattr(database, "datetime", Late)
        finding = database.clock()
        assert finding.state == "bad"
        assert "9.0 s ahead" in finding.text

    def test_workers_are_seen_by_their_heartbeat(self):
        assert processes.workers().state == "warn"
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
        assert processes.workers().state == "ok"

    def test_a_superuser_is_a_risk_outside_a_trial(self, monkeypatch):
        monkeypatch.setenv("TABARD_EMBEDDED", "1")
        assert database.rights().state == "ok"
        monkeypatch.delenv("TABARD_EMBEDDED")
        assert database.rights().state in {"ok", "warn"}


def test_any_host_is_bad(settings):
    settings.ALLOWED_HOSTS = ["*"]
    assert safety.hosts().state == "bad"
    settings.ALLOWED_HOSTS = ["other.example"]
    settings.PUBLIC_URL = "https://tabard.example"
    assert "tabard.example is not accepted" in safety.hosts().text

"""The command line on a database that is not ready: one sentence that says what to do, never a traceback."""

import os

import pytest
from click.testing import CliRunner
from django.db import connection

from tabard.cli import register
from tabard.cli._start import MARK


@pytest.fixture
def lists(tmp_path):
    file = tmp_path / "channels.csv"
    file.write_text("platform,handle,unit\n")
    return str(file)


def said(arguments):
    result = CliRunner().invoke(register.command, ["import", *arguments])
    assert result.exit_code == 2, result.output
    return result.output


def test_without_an_organisation(own_database, lists, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", own_database)
    assert "Run `tabard found` or `tabard demo` first." in said([lists])


def test_without_the_tables_of_this_version(own_database, lists, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", own_database)
    monkeypatch.delitem(os.environ, MARK, raising=False)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'register'")
    assert "Run `tabard migrate` first." in said([lists])

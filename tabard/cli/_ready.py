"""What `tabard run` does between having a database and serving: the tables and the demo company."""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

import click
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def steps() -> int:
    """How many steps the tables are behind this version."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def migrate() -> None:
    """Bring the tables up to date; quick when they are."""
    if behind := steps():
        # Beside the results, which programs read.
        click.echo(f"Preparing the database ({behind} steps) ...", err=True)
        apply(verbosity=0)


def apply(*, verbosity: int) -> None:
    """Run what migrations are left. After any the database counts what is in its tables.

    Of a new column it knows nothing until then, and plans as if hardly a row were asked for.
    """
    behind = steps()
    call_command("migrate", interactive=False, verbosity=verbosity)
    if behind:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def is_empty() -> bool:
    """Whether no organisation has been founded in this database."""
    return not apps.get_model("org", "Unit").objects.exists()


def demo() -> None:
    """Load the demo company into an empty local database."""
    if not settings.LOCAL or not is_empty() or not importlib.util.find_spec("tabard.demo"):
        return
    importlib.import_module("tabard.cli.demo").load()


def how_to_sign_in() -> list[str]:
    """The people of the demo company with what they do, or how to begin with an empty database."""
    if importlib.util.find_spec("tabard.demo") is None:
        return []
    return list(importlib.import_module("tabard.cli.demo").how_to_sign_in())


def before_fork() -> None:
    """Leave nothing open that two processes may not share, and load what all of them need."""
    connection.close()
    pooled: Any = connection
    pooled.close_pool()
    importlib.import_module(settings.ROOT_URLCONF)

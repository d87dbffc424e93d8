"""The database: reachable, of a known version, up to date, with the rights we need, and the same time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tabard.cli._doctor.finding import Finding, bad, check, ok, warn
from tabard.cli._start import OLDEST

NEWEST = 18
SKEW = 2.0  # seconds


def ask(query: str) -> tuple[Any, ...]:
    """The first row."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        row: tuple[Any, ...] = cursor.fetchone()
        return row


@check("Database", database=True)
def reachable() -> Finding:
    """Version of the server."""
    number, name = ask("SELECT current_setting('server_version_num')::int / 10000, current_database()")
    said = f"PostgreSQL {number}, database {name}"
    if number < OLDEST:
        return bad(said, f"Tabard needs PostgreSQL {OLDEST} to {NEWEST}.")
    if number > NEWEST:
        return warn(said, f"Tabard is tested on PostgreSQL {OLDEST} to {NEWEST}.")
    return ok(said)


@check("Encoding", database=True)
def encoding() -> Finding:
    """Whether every script can be kept."""
    (name,) = ask("SELECT current_setting('server_encoding')")
    if name != "UTF8":
        return bad(f"{name} cannot keep every script", "Make the database with ENCODING 'UTF8'.")
    return ok(name)


@check("Tables", database=True)
def tables() -> Finding:
    """Whether all migrations have been applied."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        return bad(f"{len(plan)} steps behind this version", "Run `tabard migrate`.")
    return ok("up to date")


@check("Rights", database=True)
def rights() -> Finding:
    """What our role may do."""
    role, superuser, create = ask(
        "SELECT current_user, rolsuper, has_schema_privilege(current_user, 'public', 'CREATE')"
        " FROM pg_roles WHERE rolname = current_user"
    )
    if not create:
        return bad(f"{role} may not create tables", f"GRANT CREATE ON SCHEMA public TO {role};")
    from tabard.cli._start import uses_embedded

    if superuser and not uses_embedded():
        return warn(
            f"{role} is a superuser, who can get around the audit log's guard",
            "Give Tabard a role of its own that owns its database and nothing else.",
        )
    return ok(role)


@check("Connections", database=True)
def connections() -> Finding:
    """Room for every process's pool."""
    most, used = ask("SELECT current_setting('max_connections')::int, count(*) FROM pg_stat_activity")
    said = f"{used} of {most} used"
    if used > most * 0.8:
        return warn(said, "Raise max_connections, lower TABARD_DB_POOL, or put PgBouncer in front.")
    return ok(said)


@check("Clock", database=True)
def clock() -> Finding:
    """Whether this machine and the database agree on the time, by which posts are sent."""
    before = datetime.now(UTC)
    (there,) = ask("SELECT clock_timestamp()")
    after = datetime.now(UTC)
    skew = (there - (before + (after - before) / 2)).total_seconds()
    if abs(skew) > SKEW:
        return bad(
            f"the database is {abs(skew):.1f} s {'ahead' if skew > 0 else 'behind'}",
            "Let NTP set both clocks: posts leave by the database's time.",
        )
    return ok(f"within {max(abs(skew), 0.01):.2f} s")

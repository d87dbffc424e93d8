"""What a row was before: kept by the database itself, so that no write can forget it.

Grants and absences carry their dates. What they rest on does not: what a role may do, where a unit stands,
who is here. A trigger keeps the old values with the moment they ended.
"""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations import RunSQL

_KEEP = """
CREATE OR REPLACE FUNCTION keep_past() RETURNS trigger LANGUAGE plpgsql AS $keep$
BEGIN
    INSERT INTO org_past (kind, thing_id, until, value) VALUES (
        TG_ARGV[0], OLD.id, clock_timestamp(),
        (SELECT jsonb_object_agg(name, to_jsonb(OLD) -> name) FROM unnest(TG_ARGV[1:]) AS name));
    RETURN NULL;
END $keep$;
INSERT INTO org_past (kind, thing_id, until, value) VALUES ('since', 0, clock_timestamp(), '{}');
"""


class KeepingPast(RunSQL):
    """The migration that makes the function every `KeepPast` calls, and notes since when that is."""

    def __init__(self) -> None:
        super().__init__(_KEEP, "DROP FUNCTION IF EXISTS keep_past();")

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (type(self).__qualname__, [], {})


class KeepPast(RunSQL):
    """The migration that keeps what `columns` of a table were, under the name `kind`."""

    def __init__(self, table: str, kind: str, columns: list[str]) -> None:
        self.table, self.kind, self.columns = table, kind, columns
        differ = " OR ".join(f"OLD.{c} IS DISTINCT FROM NEW.{c}" for c in columns)
        named = ", ".join(f"'{word}'" for word in (kind, *columns))
        super().__init__(
            f"""
            CREATE TRIGGER past_{table} AFTER UPDATE OF {", ".join(columns)} ON {table} FOR EACH ROW
                WHEN ({differ}) EXECUTE FUNCTION keep_past({named});
            """,
            f"DROP TRIGGER IF EXISTS past_{table} ON {table};",
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (
            type(self).__qualname__,
            [],
            {"table": self.table, "kind": self.kind, "columns": self.columns},
        )

"""The database's word: nothing new in a closed unit, nothing unique twice, and no room left.

An action checks first and says what is wrong in its own words. What another transaction did between that
look and the write only the database can see; `told` turns its refusal into one that people can read.
"""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError
from django.db.migrations.operations import RunSQL
from django.utils.translation import gettext as _

from tabard.kernel.errors import Conflict, Full, Invalid, Refusal

CLOSED = "unit_is_open"
ELSEWHERE = "grant_where_channel_is"

_ASK = """
CREATE OR REPLACE FUNCTION guard_open_units(wanted bigint[]) RETURNS void LANGUAGE plpgsql AS $guard$
DECLARE shut bigint;
BEGIN
    -- Whoever closes one of them waits for us, or we for them: one of the two sees the other.
    WITH there AS MATERIALIZED (
        SELECT id, closed_at FROM org_unit WHERE id = ANY(wanted) ORDER BY id FOR KEY SHARE
    ) SELECT min(id) INTO shut FROM there WHERE closed_at IS NOT NULL;
    IF shut IS NOT NULL THEN
        RAISE EXCEPTION 'unit % is closed', shut
            USING ERRCODE = 'check_violation', CONSTRAINT = 'unit_is_open';
    END IF;
END $guard$;
"""


class OpenUnits(RunSQL):
    """The migration that makes the function every `GuardUnit` asks."""

    def __init__(self) -> None:
        super().__init__(_ASK, "DROP FUNCTION IF EXISTS guard_open_units(bigint[]);")

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (type(self).__qualname__, [], {})


class GuardUnit(RunSQL):
    """The migration that keeps a table from taking rows for a closed unit.

    New rows are judged a statement at a time, so that loading a million asks as often as there are
    statements; a row that is already there is judged only when it goes to another unit.
    """

    def __init__(self, table: str, column: str = "unit_id") -> None:
        self.table, self.column = table, column
        name = f"guard_{table}_{column}"
        super().__init__(
            f"""
            CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$
            BEGIN
                IF TG_OP = 'INSERT' THEN
                    PERFORM guard_open_units(ARRAY(SELECT DISTINCT {column} FROM fresh));
                    RETURN NULL;
                END IF;
                PERFORM guard_open_units(ARRAY[NEW.{column}]);
                RETURN NEW;
            END $guard$;
            CREATE TRIGGER {name}_new AFTER INSERT ON {table} REFERENCING NEW TABLE AS fresh
                FOR EACH STATEMENT EXECUTE FUNCTION {name}();
            CREATE TRIGGER {name}_moved BEFORE UPDATE OF {column} ON {table} FOR EACH ROW
                WHEN (NEW.{column} IS DISTINCT FROM OLD.{column}) EXECUTE FUNCTION {name}();
            """,  # noqa: S608 the names are of our own tables
            f"""
            DROP TRIGGER IF EXISTS {name}_new ON {table};
            DROP TRIGGER IF EXISTS {name}_moved ON {table};
            DROP FUNCTION IF EXISTS {name}();
            """,
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (type(self).__qualname__, [], {"table": self.table, "column": self.column})


def told(error: DatabaseError) -> Refusal | None:
    """What to tell whoever lost a race against another write, or found the disk full; None for a fault."""
    said = getattr(error.__cause__, "diag", None)
    if said is None:
        return None
    if said.sqlstate == "53100":
        return Full()
    if said.constraint_name == CLOSED:
        return Invalid({"unit": [_("The unit has been closed. Choose another one; nothing was saved.")]})
    if said.constraint_name == ELSEWHERE:
        return Invalid({"channel": [_("There is no such channel in this unit.")]})
    if said.sqlstate == "23505":
        return Conflict(_("Somebody else saved the same thing at the same moment. Look at it and try again."))
    return None

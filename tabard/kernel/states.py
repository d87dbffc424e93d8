"""State machines: one column, one table of moves, and a trigger made from the same table.

`move()` is the only way in Python; a database trigger refuses everything else, `.update()` and psql
included. Migrations freeze the moves with `GuardState`; a test compares table and trigger.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.migrations.operations import RunSQL
from django.utils.translation import gettext as _

from tabard.kernel.errors import IllegalMove


@dataclass(frozen=True)
class Machine:
    """Which state follows which. `starts` are the states in which a row may be made."""

    name: str
    starts: frozenset[str]
    moves: Mapping[str, frozenset[str]]
    column: str = "state"

    @property
    def states(self) -> list[str]:
        seen = dict.fromkeys([*sorted(self.starts), *self.moves])
        for to in self.moves.values():
            seen.update(dict.fromkeys(sorted(to)))
        return list(seen)

    def allows(self, here: str, to: str) -> bool:
        return to in self.moves.get(here, frozenset())

    def as_data(self) -> dict[str, Any]:
        """What the trigger carries, for comparing."""
        return {
            "starts": sorted(self.starts),
            "moves": {here: sorted(to) for here, to in sorted(self.moves.items()) if to},
        }


def machine(
    name: str, starts: str | set[str], moves: Mapping[str, set[str]], column: str = "state"
) -> Machine:
    """A machine from plain sets: `machine("queued", {"queued": {"sending"}, ...})`."""
    begin = frozenset({starts} if isinstance(starts, str) else starts)
    return Machine(name, begin, {here: frozenset(to) for here, to in moves.items()}, column)


def move(obj: models.Model, by: Machine, to: str, **fields: Any) -> None:
    """Move `obj` to state `to`, setting `fields` with it, unless somebody was faster.

    Raises `IllegalMove` where the table has no such move, or the row has left the state that was seen.
    """
    here = getattr(obj, by.column)
    label = str(obj)
    if not by.allows(here, to):
        raise IllegalMove(
            _("%(thing)s is %(here)s and cannot become %(to)s.") % {"thing": label, "here": here, "to": to}
        )
    rows = type(obj)._base_manager.filter(pk=obj.pk, **{by.column: here})
    if not rows.update(**{by.column: to}, **fields):
        raise IllegalMove(
            _("Somebody was faster: %(thing)s is no longer %(here)s.") % {"thing": label, "here": here}
        )
    setattr(obj, by.column, to)
    for name, value in fields.items():
        setattr(obj, name, value)


class GuardState(RunSQL):
    """The migration that puts a machine's trigger on a table, replacing an earlier one."""

    def __init__(
        self, table: str, starts: list[str], moves: Mapping[str, list[str]], column: str = "state"
    ) -> None:
        self.table, self.starts, self.moves, self.column = table, starts, moves, column
        name = f"guard_{table}_{column}"
        carried = {"starts": sorted(starts), "moves": {k: sorted(v) for k, v in sorted(moves.items()) if v}}
        pairs = " OR ".join(
            f"(OLD.{column} = '{here}' AND NEW.{column} IN ({_quoted(to)}))"
            for here, to in moves.items()
            if to
        )
        sql = f"""
            CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$
            BEGIN
                IF TG_OP = 'INSERT' THEN
                    IF NEW.{column} NOT IN ({_quoted(starts)}) THEN
                        RAISE EXCEPTION '{table}: a row cannot start as %', NEW.{column}
                            USING ERRCODE = 'check_violation';
                    END IF;
                ELSIF NEW.{column} IS DISTINCT FROM OLD.{column} AND NOT ({pairs or "false"}) THEN
                    RAISE EXCEPTION '{table}: no move from % to %', OLD.{column}, NEW.{column}
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
            END $guard$;
            COMMENT ON FUNCTION {name}() IS '{json.dumps(carried, sort_keys=True)}';
            DROP TRIGGER IF EXISTS {name} ON {table};
            CREATE TRIGGER {name} BEFORE INSERT OR UPDATE OF {column} ON {table}
                FOR EACH ROW EXECUTE FUNCTION {name}();
        """
        super().__init__(sql, f"DROP TRIGGER IF EXISTS {name} ON {table}; DROP FUNCTION IF EXISTS {name}();")

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        kwargs = {"table": self.table, "starts": self.starts, "moves": self.moves, "column": self.column}
        return (type(self).__qualname__, [], kwargs)


def _quoted(words: Any) -> str:
    return ", ".join(f"'{word}'" for word in words)

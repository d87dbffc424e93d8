"""Nothing new reaches a unit that is closed, even if it is closed in the same moment."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, connections, transaction

from tabard.kernel import holdings
from tabard.kernel.errors import Invalid
from tabard.org.actions import assign, carry_out, plan
from tabard.org.models import Unit
from tabard.posts.actions import make_campaign
from tabard.posts.models import Campaign, Post
from tests.cast import Cast
from tests.cast import cast as build


def held() -> list[tuple[str, str]]:
    """Table and column of everything a unit can hold."""
    found = []
    for claim in {c for h in holdings.holdings("unit") for c in h.claims}:
        model, _dot, field = claim.rpartition(".")
        meta = apps.get_model(model)._meta
        found.append((meta.db_table, str(meta.get_field(field).column)))
    return sorted(found)


@pytest.mark.parametrize(("table", "column"), held())
def test_whatever_a_unit_holds_is_guarded(db, table, column):
    """A new kind of thing held needs `GuardUnit` in a migration."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass", [table])
        there = {name for (name,) in cursor.fetchall()}
    assert {f"guard_{table}_{column}_new", f"guard_{table}_{column}_moved"} <= there


def _close(cast: Cast) -> None:
    change = plan(cast.by("owner"), cast.nordics, kind="merge", reason="Cost", target=cast.south)
    carry_out(cast.by("owner"), change)


def test_something_new_for_a_closed_unit_is_refused_in_words(cast):
    _close(cast)
    with pytest.raises(Invalid, match="has been closed") as refused:
        make_campaign(cast.by("owner"), cast.nordics, name="Soup week")
    assert list(refused.value.fields) == ["unit"]
    assert not Campaign.objects.exists()


def test_nothing_is_moved_to_a_closed_unit(cast):
    from django.db import IntegrityError

    post = Post.objects.create(unit=cast.south, title="Soup")
    _close(cast)
    with pytest.raises(IntegrityError, match="is closed"), transaction.atomic():
        Post.objects.filter(pk=post.pk).update(unit=cast.nordics)
    Post.objects.filter(pk=post.pk).update(title="What is there can be changed")


class Beside(threading.Thread):
    """Does something on a connection of its own; `result` is what came of it."""

    def __init__(self, work: Any) -> None:
        super().__init__(daemon=True)
        self.work, self.result, self.error = work, None, None
        self.start()

    def run(self) -> None:
        try:
            self.result = self.work()
        except Exception as error:  # noqa: BLE001 looked at by the test
            self.error = error
        finally:
            connections.close_all()

    def waits(self) -> bool:
        """Whether it stands before a lock for a while."""
        self.join(0.4)
        return self.is_alive()


@pytest.fixture
def apart(own_database: str, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        yield build()


def _change(cast: Cast) -> Any:
    change = plan(cast.by("owner"), cast.nordics, kind="close", reason="Cost")
    everything = {h.name: {"all": cast.south.pk} for h in holdings.holdings("unit")}
    return assign(cast.by("owner"), change, plan=everything)


def test_whoever_writes_while_a_unit_is_closed_waits_and_is_refused(apart):
    change, nordics = _change(apart), Unit.objects.get(pk=apart.nordics.pk)
    with transaction.atomic():
        carry_out(apart.by("owner"), change)
        late = Beside(lambda: make_campaign(apart.by("owner"), nordics, name="Late"))
        assert late.waits()
    late.join(10)
    assert isinstance(late.error, Invalid)
    assert not Campaign.objects.exists()


def test_whoever_closes_a_unit_while_something_is_written_takes_that_along(apart):
    change = _change(apart)
    with transaction.atomic():
        made = make_campaign(apart.by("owner"), apart.nordics, name="Early")
        closing = Beside(lambda: carry_out(apart.by("owner"), change))
        assert closing.waits()
    closing.join(10)
    assert closing.error is None
    made.refresh_from_db()
    assert made.unit == apart.south

"""Several people at one case in the same moment: one comes first, and the others are told."""

from __future__ import annotations

import threading

from django.db import close_old_connections

from tabard.kernel.errors import Refusal
from tabard.watch import actions
from tabard.watch.models import Case, Filing, Sighting, Turn
from tabard.watch.tests.casework import LINK, WAY, decided, filed, fresh, opened, proven
from tests.cast import cast as build
from tests.cast import make_channel


def at_once(*acts):
    """How each ended: its value, or what it was refused with."""
    ended, start = [], threading.Barrier(len(acts))

    def run(act):
        try:
            start.wait()
            ended.append(act())
        except Refusal as refused:
            ended.append(refused)
        finally:
            close_old_connections()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(ended) == len(acts)
    return [each for each in ended if not isinstance(each, Refusal)]


def test_of_several_one_comes_first(own_database):
    cast = build()
    make_channel(cast.nordics, "nordicsoups", "instagram")
    found = decided(cast, LINK)

    assert len(at_once(*[lambda: opened(cast, found)] * 4)) == 1
    case = Case.objects.get()
    proven(cast, case)
    sent = {"route": WAY, "letter": "Please"}
    assert len(at_once(*[lambda: actions.file_case(cast.by("district"), case, **sent)] * 4)) == 1
    way = Filing.objects.get()

    def answer(what):
        return lambda: actions.note_answer(cast.by("district"), case, filing=way, answer=what)

    assert len(at_once(answer("removed"), answer("rejected"), answer("silent"))) == 1
    assert Turn.objects.filter(kind="ended").count() == 1
    close = [lambda: actions.close_case(cast.by("district"), case, outcome="removed")] * 3
    assert len(at_once(*close)) == 1


def test_it_is_not_decided_otherwise_while_a_case_begins_or_comes_back(own_database):
    cast = build()
    make_channel(cast.nordics, "nordicsoups", "instagram")
    for number in range(4):
        found = decided(cast, f"https://instagram.com/nordicsoups_{number}help")

        def undo(found=found):
            return actions.reopen(cast.by("district"), found)

        assert len(at_once(lambda found=found: opened(cast, found), undo)) == 1
        found = Sighting.objects.get(pk=found.pk)
        assert Case.objects.filter(sighting=found).exists() == bool(found.decision)

    found = decided(cast, LINK)
    case = opened(cast, found)
    filed(cast, case)
    actions.close_case(cast.by("district"), fresh(case), outcome="removed")
    tips = [
        lambda who=who: actions.tip(cast.by(who), cast.organisation, profile=LINK)
        for who in ("stranger", "creator", "analyst")
    ]
    assert len(at_once(*tips, lambda: actions.reopen(cast.by("district"), found))) >= 3
    back, found = fresh(case), Sighting.objects.get(pk=found.pk)
    assert (back.state == "open") == bool(found.decision)
    assert back.returns == Turn.objects.filter(case=case, kind="returned").count() <= 1

"""What tests of cases do over and over, as the manager of the Nordics."""

from __future__ import annotations

import io

from PIL import Image

from tabard.watch import actions
from tabard.watch.models import Case

LINK = "https://instagram.com/nordicsoups_help"
WAY = "meta-impersonation"


def decided(cast, link, decision="impostor"):
    recorded = actions.record(cast.by("district"), cast.nordics, rows=[{"handle": link}])
    return actions.decide(cast.by("district"), recorded.outcomes[0].sighting, decision=decision)


def opened(cast, found, **more):
    return actions.open_case(cast.by("district"), found, owner=cast.district, **more)


def proven(cast, case, **more):
    return actions.prove(cast.by("district"), case, **{"page": "Nordic Soups Help\nDM us", **more})


def filed(cast, case, way=WAY, **more):
    if not case.evidence.filter(taken_at__gte=case.since).exists():
        proven(cast, case)
    given = {"route": way, "letter": "Please remove it.", **more}
    return actions.file_case(cast.by("district"), fresh(case), **given)


def answered(cast, filing, answer, **more):
    return actions.note_answer(cast.by("district"), filing.case, filing=filing, answer=answer, **more)


def fresh(case):
    return Case.objects.get(pk=case.pk)


def png():
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "orange").save(out, "PNG")
    return out.getvalue()

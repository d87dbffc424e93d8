"""Access reviews: the one kind of review that access brings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tabard.access import reviewing
from tabard.attestation.kinds import Choice, Kind, register

ACCESS = register(
    Kind(
        name="access",
        label=_("Access review"),
        question=_("Does each of them still need what they may do here?"),
        warning=_("What nobody has answered is revoked when the review ends."),
        matter="review_months",
        choices=(
            Choice("keep", _("Keep"), ""),
            Choice("reduce", _("Reduce"), "", final=True, more=True),
            Choice("revoke", _("Revoke"), "danger", final=True),
        ),
        unanswered="revoke",
        ask=reviewing.ask,
        act=reviewing.act,
        over=reviewing.over,
        lapse=reviewing.lapse,
        facts="access/_review_facts.html",
        more="access/_review_less.html",
        passing=frozenset({"used_at", "seen_at", "by"}),
        context=reviewing.context,
        shape=reviewing.shape,
    )
)

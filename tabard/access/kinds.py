"""Access reviews: the one kind of review that access brings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tabard.access import reviewing
from tabard.attestation.given import moment, number
from tabard.attestation.kinds import Choice, Consequence, Kind, register

ACCESS = register(
    Kind(
        name="access",
        label=_("Access review"),
        question=_("Does each of them still need what they may do here?"),
        matter="review_months",
        choices=(
            Choice("keep", _("Keep")),
            Choice(
                "reduce",
                _("Reduce"),
                acts=True,
                final=True,
                carries={"role_id": number, "ends_at": moment},
                more="access/_review_less.html",
            ),
            Choice("revoke", _("Revoke"), "danger", acts=True, final=True),
        ),
        consequences=(
            Consequence(
                "keep",
                _("It stays"),
                _("What nobody has answered stays when the review ends, and is shown as unanswered."),
            ),
            Consequence(
                "revoke", _("Revoke"), _("What nobody has answered is revoked when the review ends.")
            ),
        ),
        by_policy="review_unanswered",
        ask=reviewing.ask,
        act=reviewing.act,
        over=reviewing.over,
        lapse=reviewing.lapse,
        facts="access/_review_facts.html",
        sought=_("Person or role"),
        words=reviewing.WORDS,
        passing=frozenset({"used_at", "seen_at", "by"}),
        context=reviewing.context,
        shape=reviewing.shape,
    )
)

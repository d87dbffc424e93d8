"""What the organisation does on a platform."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import text
from tabard.kernel.actions import action, note
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Invalid
from tabard.org.models import Unit
from tabard.register.models import Platform
from tabard.register.queries import STAGES


@action(
    "platform.stage",
    may="policies.set",
    on=Unit,
    says=gettext_lazy("%(who)s said of %(platform)s: %(stage)s, %(reason)s"),
)
def set_stage(by: Actor, unit: Unit, *, platform: str, stage: str, reason: str) -> Unit:
    """Say for the whole organisation what it does there. Where it leaves, nobody can ask for a new channel;
    channels that are found there can still be put into the register."""
    if unit.parent_id is not None:
        raise Invalid({"unit": [_("This is decided for the whole organisation.")]})
    found = Platform.objects.select_for_update().filter(slug=platform).first()
    if found is None:
        raise Invalid({"platform": [_("There is no such platform.")]})
    if stage not in STAGES:
        raise Invalid({"stage": [_("Choose what we do there.")]})
    clean = text.name(reason or "")
    if not clean or len(clean) > 300:
        raise Invalid({"reason": [_("Say it in 1 to 300 characters.")]})
    note(platform=found.name, stage=stage, before=found.stage, reason=clean)
    found.stage, found.stage_words = stage, clean
    found.save(update_fields=["stage", "stage_words"])
    return unit

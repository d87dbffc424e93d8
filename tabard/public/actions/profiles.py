"""Profiles that are not ours: said to whoever asks about them, and taken back."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import clock, text
from tabard.kernel.actions import action
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Conflict, Invalid
from tabard.org.models import Unit
from tabard.public.models import Disowned
from tabard.register.fields import resolved
from tabard.register.models import Channel


@action(
    "profile.disown",
    may="channels.show",
    on=Unit,
    says=gettext_lazy("%(who)s said that %(what)s is not ours"),
    lock=False,
)
def disown(
    by: Actor, unit: Unit, *, profile: str, platform: str = "", kind: str = "not_ours", note: str = ""
) -> Disowned:
    """Say of a profile, a link or a handle, that it is not ours, or that it was reported as an impostor."""
    if kind not in Disowned.Kind.values:
        raise Invalid({"kind": [_("Choose one of what is offered.")]})
    found, words = resolved(profile, platform), text.name(note)
    if len(words) > 300:
        raise Invalid({"note": [_("At most %(n)s characters.") % {"n": 300}]})
    ours = Channel.objects.exclude(state="retired").filter(platform=found.platform)
    if ours.filter(handle__iexact=found.handle).exists():
        raise Invalid({"profile": [_("This is one of the channels in the register.")]})
    if Disowned.objects.filter(canonical=found.canonical, ended_at=None).exists():
        raise Invalid({"profile": [_("That was said of this profile already.")]})
    return Disowned.objects.create(
        unit=unit,
        platform_id=found.platform,
        handle=found.handle,
        canonical=found.canonical[:500],
        kind=kind,
        note=words,
        said_by_id=by.person_id,
        said_at=clock.now(),
    )


@action(
    "profile.take_back",
    may="channels.show",
    on=Disowned,
    says=gettext_lazy("%(who)s took back that %(what)s is not ours"),
)
def take_back(by: Actor, profile: Disowned) -> Disowned:
    """Nothing is said of the profile any more."""
    if profile.ended_at is not None:
        raise Conflict(_("This is over already."))
    profile.ended_at = clock.now()
    profile.save(update_fields=["ended_at"])
    return profile

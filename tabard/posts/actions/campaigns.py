"""Campaigns: what several posts belong to."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import text
from tabard.kernel.actions import action
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Invalid
from tabard.kernel.opened import Values, not_overtaken
from tabard.org.models import Unit
from tabard.posts.models import Campaign


@action(
    "campaign.make",
    may="posts.write",
    on=Unit,
    says=gettext_lazy("%(who)s made the campaign %(what)s"),
    lock=False,
)
def make_campaign(
    by: Actor, unit: Unit, *, name: str, starts_on: date | None = None, ends_on: date | None = None
) -> Campaign:
    """A new campaign of `unit`."""
    campaign = Campaign(unit=unit, starts_on=starts_on, ends_on=ends_on)
    return _checked(campaign, name)


@action(
    "campaign.change",
    may="posts.write",
    on=Campaign,
    says=gettext_lazy("%(who)s changed the campaign %(what)s"),
)
def change_campaign(
    by: Actor,
    campaign: Campaign,
    *,
    name: str | None = None,
    starts_on: date | str | None = "",
    ends_on: date | str | None = "",
    was: Values | None = None,
) -> Campaign:
    """Rename a campaign, or move its days; what is not given stays. `None` leaves a day open."""
    not_overtaken(campaign, was)
    if not isinstance(starts_on, str):
        campaign.starts_on = starts_on
    if not isinstance(ends_on, str):
        campaign.ends_on = ends_on
    return _checked(campaign, campaign.name if name is None else name)


def _checked(campaign: Campaign, name: str) -> Campaign:
    campaign.name = text.name(name)
    if not campaign.name or len(campaign.name) > 120:
        raise Invalid({"name": [_("Give a name of 1 to 120 characters.")]})
    if campaign.starts_on and campaign.ends_on and campaign.ends_on < campaign.starts_on:
        raise Invalid({"ends_on": [_("The last day must not be before the first.")]})
    campaign.save()
    return campaign

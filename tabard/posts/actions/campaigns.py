"""Campaigns: what several posts belong to."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tabard.kernel import text
from tabard.kernel.actions import action
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Invalid
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
    by: Actor, campaign: Campaign, *, name: str, starts_on: date | None = None, ends_on: date | None = None
) -> Campaign:
    """Rename a campaign, or move its days."""
    campaign.starts_on, campaign.ends_on = starts_on, ends_on
    return _checked(campaign, name)


def _checked(campaign: Campaign, name: str) -> Campaign:
    campaign.name = text.name(name)
    if not campaign.name or len(campaign.name) > 120:
        raise Invalid({"name": [_("Give a name of 1 to 120 characters.")]})
    if campaign.starts_on and campaign.ends_on and campaign.ends_on < campaign.starts_on:
        raise Invalid({"ends_on": [_("The last day must not be before the first.")]})
    campaign.save()
    return campaign

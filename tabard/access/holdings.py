"""What is a person's own in access ends with the person and is never handed over."""

from tabard.kernel.holdings import history

history(
    "access.ApiToken.person",
    "access.Session.person",
    "access.Session.ended_by",
    "access.Source.unit",
    "access.Identity.person",
    "access.GroupRule.unit",
    "access.Emergency.person",
    "access.Emergency.second",
    "access.Emergency.unit",
    "access.Emergency.reviewed_by",
    "access.Departure.person",
    "access.Departure.to",
    "access.Departure.by",
)

"""What is a person's own in access ends with the person and is never handed over."""

from tabard.kernel.holdings import history

history(
    "access.ApiToken.person",
    "access.Departure.person",
    "access.Departure.to",
    "access.Departure.by",
)

"""Tables of a channel's beginning and end."""

from tabard.life.models.requests import ChannelRequest
from tabard.life.models.retirements import Retirement, RetirementStep

__all__ = ["ChannelRequest", "Retirement", "RetirementStep"]

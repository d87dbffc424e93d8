"""Tables of a channel's beginning and end, of whether it is needed, and of what platforms change."""

from tabard.life.models.changes import PlatformChange
from tabard.life.models.requests import ChannelRequest
from tabard.life.models.retirements import Retirement, RetirementStep
from tabard.life.models.worth import FollowerCount, Worth

__all__ = ["ChannelRequest", "FollowerCount", "PlatformChange", "Retirement", "RetirementStep", "Worth"]

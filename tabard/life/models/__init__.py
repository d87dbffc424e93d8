"""Tables of a channel's beginning and end, of whether it is needed, of what platforms change and say."""

from tabard.life.models.changes import PlatformChange
from tabard.life.models.differences import Comparison, Difference
from tabard.life.models.requests import ChannelRequest
from tabard.life.models.retirements import Retirement, RetirementStep
from tabard.life.models.worth import FollowerCount, Worth

__all__ = [
    "ChannelRequest",
    "Comparison",
    "Difference",
    "FollowerCount",
    "PlatformChange",
    "Retirement",
    "RetirementStep",
    "Worth",
]

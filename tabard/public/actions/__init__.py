"""Every write of the public register."""

from tabard.public.actions.profiles import disown, take_back
from tabard.public.actions.publication import DAYS, publish, rotate_key, turn_off, turn_on
from tabard.public.actions.showing import show, show_many

__all__ = ["DAYS", "disown", "publish", "rotate_key", "show", "show_many", "take_back", "turn_off", "turn_on"]

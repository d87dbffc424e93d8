"""The sender: rows are the schedule, and it carries each delivery once.

Claim (checked, committed) > prepare > arm (checked again, committed) > the call that shows > result. While a
row is not armed nothing can have gone out; once it is, only the platform or a person can say.
"""

from tabard.publishing.sender.run import run

__all__ = ["run"]

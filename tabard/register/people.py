"""Who answers for a channel: its owner and deputy, or else the lead and deputy of its unit.

The database keeps both with each channel, as `answers` and `backs`, and finds them anew when any of these
people change or go. Whoever has just written a channel reads it again for them.
"""

from __future__ import annotations

from django.db.models import Q

NOBODY = Q(answers=None)
ONE_PERSON = Q(answers__isnull=False, backs=None)

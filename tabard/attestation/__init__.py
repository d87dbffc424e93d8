"""Rounds in which whoever answers for a unit is asked, item by item, whether it is right, and signs."""

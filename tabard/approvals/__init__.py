"""Decisions on exactly what was seen: steps by policy, voided by any later change (F)."""

"""Deliveries: each variant sent once, on time, and never under a hold (H)."""

"""Screens of a channel's beginning and end, and of whether it is needed, and of platforms."""

from tabard.life.screens import differences, platforms, requests, retirements, worth

urlpatterns = [
    *requests.urlpatterns,
    *retirements.urlpatterns,
    *worth.urlpatterns,
    *platforms.urlpatterns,
    *differences.urlpatterns,
]

"""Screens of access."""

from tabard.access.screens import emergencies, leavers, sessions, sources, tokens

urlpatterns = [
    *tokens.urlpatterns,
    *leavers.urlpatterns,
    *emergencies.urlpatterns,
    *sessions.urlpatterns,
    *sources.urlpatterns,
]

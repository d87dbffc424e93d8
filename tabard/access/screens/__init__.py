"""Screens of access."""

from tabard.access.screens import leavers, sessions, sources, tokens

urlpatterns = [
    *tokens.urlpatterns,
    *leavers.urlpatterns,
    *sessions.urlpatterns,
    *sources.urlpatterns,
]

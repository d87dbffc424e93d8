"""Screens of access."""

from tabard.access.screens import directories, emergencies, leavers, movers, sessions, sources, tokens

urlpatterns = [
    *tokens.urlpatterns,
    *leavers.urlpatterns,
    *emergencies.urlpatterns,
    *movers.urlpatterns,
    *sessions.urlpatterns,
    *sources.urlpatterns,
    *directories.urlpatterns,
]

"""Screens of access."""

from tabard.access.screens import (
    directories,
    emergencies,
    leavers,
    movers,
    recovery,
    sessions,
    sources,
    tokens,
)

urlpatterns = [
    *tokens.urlpatterns,
    *leavers.urlpatterns,
    *emergencies.urlpatterns,
    *movers.urlpatterns,
    *sessions.urlpatterns,
    *recovery.urlpatterns,
    *sources.urlpatterns,
    *directories.urlpatterns,
]

"""Screens of the log."""

from tabard.audit.screens import keeping, leaving, log, seals

urlpatterns = [*log.urlpatterns, *seals.urlpatterns, *keeping.urlpatterns, *leaving.urlpatterns]

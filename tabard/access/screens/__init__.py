"""Screens of access."""

from tabard.access.screens import leavers, tokens

urlpatterns = [*tokens.urlpatterns, *leavers.urlpatterns]

"""Screens of shared credentials, rotations and safety."""

from tabard.safety.screens import credentials, rotations

urlpatterns = [*credentials.urlpatterns, *rotations.urlpatterns]

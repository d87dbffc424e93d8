"""Screens of shared credentials, rotations and safety."""

from tabard.safety.screens import credentials, rotations, score

urlpatterns = [*credentials.urlpatterns, *rotations.urlpatterns, *score.urlpatterns]

"""Screens of shared credentials, rotations and safety."""

from tabard.safety.screens import admins, credentials, rotations, score

urlpatterns = [*admins.urlpatterns, *credentials.urlpatterns, *rotations.urlpatterns, *score.urlpatterns]

"""The secrets that are kept here."""

from typing import cast

from django.db import models

from tabard.access.vault import keeps
from tabard.safety.models import Credential
from tabard.safety.rules import purpose


def _about(row: models.Model) -> str:
    return purpose(cast(Credential, row).pk)


keeps(Credential, "secret", _about)
keeps(Credential, "seed", _about)
keeps(Credential, "notes_sealed", _about)

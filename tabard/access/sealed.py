"""Which columns of access hold sealed secrets."""

from typing import cast

from django.db import models

from tabard.access.models import Source
from tabard.access.oidc.flow import purpose
from tabard.access.vault import keeps


def _about(row: models.Model) -> str:
    return purpose(cast(Source, row))


keeps(Source, "secret", _about)

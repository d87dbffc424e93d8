"""Which columns of access hold sealed secrets."""

from typing import cast

from allauth.mfa.models import Authenticator
from django.db import models

from tabard.access.adapters import FACTOR
from tabard.access.models import Source
from tabard.access.oidc.flow import purpose
from tabard.access.vault import keeps


def _about(row: models.Model) -> str:
    return purpose(cast(Source, row))


keeps(Source, "secret", _about)
for _key in ("secret", "seed"):  # of the codes of a telephone, and of recovery codes
    keeps(Authenticator, "data", lambda row: FACTOR, inside=_key)

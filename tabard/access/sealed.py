"""Which columns of access hold sealed secrets."""

from typing import cast

from allauth.mfa.models import Authenticator
from django.db import models

from tabard.access.adapters import FACTOR
from tabard.access.models import Source, SourceKey, SourceSession
from tabard.access.oidc.flow import purpose, session_purpose
from tabard.access.saml import keys
from tabard.access.vault import keeps


def _about(row: models.Model) -> str:
    return purpose(cast(Source, row))


keeps(Source, "secret", _about)
keeps(SourceKey, "secret", lambda row: keys.purpose(cast(SourceKey, row).source))
keeps(SourceSession, "secret", lambda row: session_purpose(cast(SourceSession, row).source))
keeps(Authenticator, "data", lambda row: FACTOR, inside="secret")

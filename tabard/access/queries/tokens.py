"""What is read of access: one's own API tokens and sessions."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tabard.access.models import ApiToken
from tabard.kernel.actor import Actor
from tabard.kernel.errors import Missing


def tokens(by: Actor) -> QuerySet[ApiToken]:
    """One's own tokens, the newest first."""
    found: QuerySet[ApiToken] = ApiToken.objects.visible_to(by).select_related("person__unit").order_by("-id")
    return found


def token(by: Actor, token_id: int) -> ApiToken:
    """One of one's own tokens."""
    for found in tokens(by).filter(pk=token_id):
        return found
    raise Missing(_("There is no such token, or it is not yours."))

"""The way in when nobody can sign in: opened by whoever has the machine in hand, shut by itself."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from tabard.access import actions
from tabard.access.models import Emergency
from tabard.kernel.actor import command_line
from tabard.kernel.errors import Missing
from tabard.org.models import Person
from tabard.org.tree import root


def open_for(email: str, *, reason: str, hours: int, forget_factors: bool) -> str:
    """Give owner rights over everything; the link with which `email` sets a password for the way in."""
    by = command_line()
    person = Person.objects.of_email(email)
    if person is None:
        raise Missing("Nobody here has this e-mail.")
    with transaction.atomic():
        actions.open_emergency(by, root(by), person=person, reason=reason, hours=hours)
        if forget_factors:
            actions.forget_factors(by, person, reason=reason)
    person.refresh_from_db()
    words = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
    return f"{settings.PUBLIC_URL}{reverse('account_reset_password_from_key', kwargs=words)}"


def stands_open(email: str) -> bool:
    """Whether a password opens for this e-mail although its domain is left to a source."""
    opened = Emergency.objects.running().filter(second=None, person__email__iexact=email)
    return bool(opened.exists())

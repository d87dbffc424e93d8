"""One's own API tokens: made, shown once, ended."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tabard.access import actions, queries
from tabard.kernel import permissions, text
from tabard.kernel.errors import Invalid
from tabard.kernel.permissions import SIGNED_IN
from tabard.kernel.screen import done, draw, screen


def tokens(request: Any) -> HttpResponse:
    wrong: dict[str, list[str]] = {}
    made = None
    if request.method == "POST":
        ended = text.number(request.POST.get("end", ""))
        if ended is not None:
            actions.end_token(request.actor, queries.token(request.actor, ended))
            return done(request, reverse("tokens"), _("The token has ended."))
        try:
            given = request.POST.getlist("permissions")
            made = actions.make_token(
                request.actor,
                request.user,
                name=request.POST.get("name", ""),
                permissions=given,
                dangerous=bool(request.POST.get("dangerous")),
            )
        except Invalid as error:
            wrong = error.fields
    shown = {
        "tokens": queries.tokens(request.actor)[:200],
        "made": made,
        "wrong": wrong,
        "rights": list(permissions.catalogue().items()),
    }
    return draw(request, "access/tokens.html", shown, status=422 if wrong else 200)


urlpatterns = [
    screen("tokens/", tokens, may=SIGNED_IN, name="tokens", does=("token.make", "token.end")),
]

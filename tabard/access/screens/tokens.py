"""One's own API tokens: made, shown once, ended."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tabard.access import actions, queries
from tabard.access.queries.lists import TOKENS
from tabard.kernel import permissions, text
from tabard.kernel.errors import Invalid
from tabard.kernel.permissions import SIGNED_IN
from tabard.kernel.screen import done, download, draw, list_of, params, screen


def tokens(request: Any) -> HttpResponse:
    wrong: dict[str, list[str]] = {}
    made = None
    if request.method == "POST":
        ended = text.number(request.POST.get("end", ""))
        if ended is not None:
            actions.end_token(request.actor, queries.token(request.actor, ended))
            return done(request, reverse("tokens"), _("The token has ended."))
        try:
            made = _make(request)
        except Invalid as error:
            wrong = error.fields
    page = TOKENS.page(request.actor, queries.tokens(request.actor), params(request))
    shown = list_of(request, TOKENS, page, "tokens_csv") | {
        "made": made,
        "wrong": wrong,
        "rights": list(permissions.catalogue().items()),
    }
    part = None if request.method == "POST" else "access/_tokens.html"
    return draw(request, "access/tokens.html", shown, part=part, status=422 if wrong else 200)


def _make(request: Any) -> Any:
    return actions.make_token(
        request.actor,
        request.user,
        name=request.POST.get("name", ""),
        permissions=request.POST.getlist("permissions"),
        dangerous=bool(request.POST.get("dangerous")),
    )


def export(request: Any) -> Any:
    return download(TOKENS.csv(queries.tokens(request.actor), params(request)), "tokens.csv")


urlpatterns = [
    screen("tokens/", tokens, may=SIGNED_IN, name="tokens", does=("token.make", "token.end")),
    screen("tokens/csv/", export, may=SIGNED_IN, name="tokens_csv", page=False),
]

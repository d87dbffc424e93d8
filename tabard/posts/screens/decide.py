"""Asking for approval, and deciding on exactly what will go out."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tabard.approvals import actions as approvals
from tabard.approvals import lists
from tabard.approvals import queries as approval_queries
from tabard.kernel import text
from tabard.kernel.errors import Invalid
from tabard.kernel.screen import done, download, draw, list_of, params
from tabard.posts import actions, queries


@require_POST
def ask(request: Any, post_id: int) -> HttpResponse:
    found = queries.post(request.actor, post_id)
    actions.submit(request.actor, found, message=request.POST.get("message", ""))
    return done(request, reverse("post", args=[post_id]), _("Approval was asked for."))


@require_POST
def back(request: Any, post_id: int) -> HttpResponse:
    actions.take_back(request.actor, queries.post(request.actor, post_id))
    return done(request, reverse("post", args=[post_id]), _("Taken back. It is a draft again."))


def waiting(request: Any) -> HttpResponse:
    """What waits for my yes or no, one row per post."""
    page = lists.page_by_post(request.actor, request.scope, params(request))
    shown = list_of(request, lists.WAITING, page, "approvals_csv")
    return draw(request, "posts/approvals.html", shown, part="posts/_approvals.html")


def export(request: Any) -> Any:
    rows = lists.waiting(request.actor, request.scope)
    return download(lists.WAITING.csv(rows, params(request)), "approvals.csv")


def decide(request: Any, post_id: int) -> HttpResponse:
    """Exactly what will go out, variant by variant, with a yes or a no to those that are marked."""
    view = queries.whole(request.actor, post_id)
    shown = {"view": view, "post": view.post, "mine": view.mine_to_decide, "wrong": {}, "comment": ""}
    if request.method != "POST":
        return draw(request, "posts/decide.html", shown)
    yes = request.POST.get("answer") == "yes"
    comment = request.POST.get("comment", "")
    chosen = text.numbers(request.POST.getlist("approvals"))
    try:
        if not chosen:
            raise Invalid({"approvals": [_("Mark what your answer is for.")]})
        for pk in chosen:
            asked = approval_queries.approval(request.actor, pk)
            digest = request.POST.get(f"digest-{pk}", "")
            approvals.decide(request.actor, asked, yes=yes, digest=digest, comment=comment)
    except Invalid as error:
        return draw(
            request, "posts/decide.html", {**shown, "wrong": error.fields, "comment": comment}, status=422
        )
    return done(request, reverse("post", args=[post_id]), _said(len(chosen), yes))


def _said(count: int, yes: bool) -> str:
    if yes:
        said = ngettext("You said yes to %(n)s placement.", "You said yes to %(n)s placements.", count)
    else:
        said = ngettext("You sent %(n)s placement back.", "You sent %(n)s placements back.", count)
    return said % {"n": count}

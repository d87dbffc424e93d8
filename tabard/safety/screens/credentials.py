"""The list of credentials, one of them, and everything that is done with it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tabard.kernel import text
from tabard.kernel.errors import Invalid
from tabard.kernel.opened import Opened
from tabard.kernel.permissions import demand
from tabard.kernel.screen import done, download, draw, list_of, params, screen, why_not
from tabard.org import queries as org
from tabard.register import queries as register
from tabard.safety import actions, queries
from tabard.safety.actions.credentials import PLAIN
from tabard.safety.rules import EMERGENCY_HOURS

SECRET = ("password", "codes", "notes")


def index(request: Any) -> HttpResponse:
    page = queries.credentials(request.actor, request.scope, params(request))
    shown = {
        "page": page,
        "choices": queries.CREDENTIALS.choices(request.actor),
        "labels": {f.name: f.label for f in queries.CREDENTIALS.filters},
        "csv": reverse("credentials_csv"),
    }
    return draw(request, "safety/credentials.html", shown, part="safety/_credentials.html")


def export(request: Any) -> Any:
    rows = queries.visible(request.actor, request.scope)
    return download(queries.CREDENTIALS.csv(rows, params(request)), "credentials.csv")


def check_outs(request: Any) -> HttpResponse:
    page = queries.check_outs(request.actor, request.scope, params(request))
    shown = list_of(request, queries.CHECK_OUTS, page, "check_outs_csv")
    return draw(request, "safety/check_outs.html", shown, part="safety/_check_outs.html")


def check_outs_csv(request: Any) -> Any:
    rows = queries.visible_check_outs(request.actor, request.scope)
    return download(queries.CHECK_OUTS.csv(rows, params(request)), "check-outs.csv")


def new(request: Any) -> HttpResponse:
    """Of a unit, or with `?channel=12` of a channel."""
    wrong: dict[str, list[str]] = {}
    number = text.number(request.GET.get("channel", ""))
    channel = register.channel(request.actor, number) if number else None
    if request.method == "POST":
        given: dict[str, Any] = {name: request.POST.get(name, "") for name in SECRET}
        given["plain"] = {name: request.POST.get(name, "") for name in PLAIN}
        try:
            if channel:
                made = actions.add_to_channel(request.actor, channel, **given)
            else:
                unit = org.unit(request.actor, text.number(request.POST.get("unit", "")) or 0)
                made = actions.add_to_unit(request.actor, unit, **given)
            return done(request, reverse("credential", args=[made.pk]), _("Kept, and sealed."))
        except Invalid as error:
            wrong = error.fields
    typed = {name: request.POST.get(name, "") for name in PLAIN}
    units = [] if channel else org.places_for(request.actor, "vault.edit")
    shown = {"wrong": wrong, "given": typed, "units": units, "channel": channel}
    return draw(request, "safety/new.html", shown, status=422 if wrong else 200)


def credential(request: Any, credential_id: int) -> HttpResponse:
    return _page(request, queries.credential(request.actor, credential_id))


def _page(request: Any, found: Any, status: int = 200, **more: Any) -> HttpResponse:
    """The page of a credential; with something secret on it no cache may keep it."""
    shown = {
        "credential": found,
        "whole": queries.whole(request.actor, found),
        "emergency_hours": range(1, EMERGENCY_HOURS + 1),
        "why_not_use": why_not(request, "vault.use", found),
        "why_not_edit": why_not(request, "vault.edit", found),
        "why_not_emergency": why_not(request, "vault.emergency", found),
        **more,
    }
    shown["hours"] = range(1, shown["whole"].most_hours + 1)
    answer = draw(request, "safety/credential.html", shown, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def change(request: Any, credential_id: int) -> HttpResponse:
    found = queries.credential(request.actor, credential_id)
    demand(request.actor, "vault.edit", found)
    form, wrong = Opened(request.POST, found.form_values()), {}
    if request.method == "POST":
        try:
            notes = request.POST.get("notes", "") or ("" if request.POST.get("forget_notes") else None)
            actions.change_credential(request.actor, found, plain=form.mine, notes=notes, was=form.base)
            return done(request, reverse("credential", args=[credential_id]), _("Saved."))
        except Invalid as error:
            wrong = form.refused(error)
    shown = {"credential": found, "form": form, "given": form.shown, "wrong": wrong}
    return draw(request, "safety/change.html", shown, status=422 if wrong else 200)


@require_POST
def take(request: Any, credential_id: int) -> HttpResponse:
    found = queries.credential(request.actor, credential_id)
    hours = text.number(request.POST.get("hours", ""))
    actions.take(request.actor, found, hours=hours, reason=request.POST.get("reason", ""))
    return done(request, reverse("credential", args=[credential_id]), _("You have it now."))


@require_POST
def wait(request: Any, credential_id: int) -> HttpResponse:
    found = queries.credential(request.actor, credential_id)
    if request.POST.get("stop"):
        actions.stop_waiting(request.actor, found)
        return done(request, reverse("credential", args=[credential_id]), _("You no longer wait."))
    actions.wait(request.actor, found)
    return done(request, reverse("credential", args=[credential_id]), _("Today says when it is your turn."))


@require_POST
def emergency(request: Any, credential_id: int) -> HttpResponse:
    found = queries.credential(request.actor, credential_id)
    hours = text.number(request.POST.get("hours", "")) or 1
    actions.emergency(request.actor, found, reason=request.POST.get("reason", ""), hours=hours)
    return done(request, reverse("credential", args=[credential_id]), _("You have it. Everybody is told."))


@require_POST
def look(request: Any, credential_id: int) -> HttpResponse:
    found = queries.credential(request.actor, credential_id)
    return _page(request, found, seen=actions.look(request.actor, found))


@require_POST
def code(request: Any, credential_id: int) -> HttpResponse:
    found = queries.credential(request.actor, credential_id)
    return _page(request, found, code=actions.one_time_code(request.actor, found))


@require_POST
def password(request: Any, credential_id: int) -> HttpResponse:
    """A new one as typed, or made here."""
    found = queries.credential(request.actor, credential_id)
    given = request.POST.get("password", "")
    if not given and not request.POST.get("make"):
        raise Invalid({"password": [_("Give the new password, or have one made.")]})
    actions.set_password(request.actor, found, password="" if request.POST.get("make") else given)
    said = _("The new password is kept. Set it on the platform too.")
    return done(request, reverse("credential", args=[credential_id]), said)


@require_POST
def codes(request: Any, credential_id: int) -> HttpResponse:
    found = queries.credential(request.actor, credential_id)
    actions.set_codes(request.actor, found, codes=request.POST.get("codes", ""))
    return done(request, reverse("credential", args=[credential_id]), _("Saved."))


@require_POST
def forget(request: Any, credential_id: int) -> HttpResponse:
    found = queries.credential(request.actor, credential_id)
    actions.forget(request.actor, found)
    return done(request, reverse("credentials"), _("%(what)s was forgotten.") % {"what": found})


def looks(request: Any, credential_id: int) -> Any:
    found = queries.credential(request.actor, credential_id)
    return download(
        queries.LOOKS.csv(queries.visible_looks(request.actor, found), params(request)), "looks.csv"
    )


@require_POST
def give_back(request: Any, check_out_id: int) -> HttpResponse:
    out = queries.check_out(request.actor, check_out_id)
    actions.give_back(request.actor, out, password=request.POST.get("password", ""))
    return done(request, reverse("credential", args=[out.credential_id]), _("It is back."))


ONE = "vault/<int:credential_id>/"
urlpatterns = [
    screen("vault/", index, may="vault.see", name="credentials"),
    screen("vault/csv/", export, may="vault.see", name="credentials_csv", page=False),
    screen("vault/check-outs/", check_outs, may="vault.see", name="check_outs"),
    screen("vault/check-outs/csv/", check_outs_csv, may="vault.see", name="check_outs_csv", page=False),
    screen(
        "vault/new/",
        new,
        may="vault.edit",
        name="credential_new",
        does=("credential.add", "credential.add_to_channel"),
    ),
    screen(ONE, credential, may="vault.see", name="credential"),
    screen(ONE + "change/", change, may="vault.edit", name="credential_change", does="credential.change"),
    screen(
        "vault/back/<int:check_out_id>/",
        give_back,
        may="vault.see",
        name="credential_give_back",
        does="credential.give_back",
        page=False,
    ),
    screen(ONE + "looks/", looks, may="vault.see", name="credential_looks", page=False),
]
for _name, _view, _may, _does in (
    ("take", take, "vault.use", ("credential.take",)),
    ("wait", wait, "vault.use", ("credential.wait", "credential.stop_waiting")),
    ("emergency", emergency, "vault.emergency", ("credential.emergency",)),
    ("look", look, "vault.see", ("credential.look",)),
    ("code", code, "vault.see", ("credential.code",)),
    ("password", password, "vault.use", ("credential.set_password",)),
    ("codes", codes, "vault.edit", ("credential.set_codes",)),
    ("forget", forget, "vault.edit", ("credential.forget",)),
):
    urlpatterns.append(
        screen(f"{ONE}{_name}/", _view, may=_may, name=f"credential_{_name}", does=_does, page=False)
    )

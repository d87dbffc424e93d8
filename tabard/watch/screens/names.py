"""Names that could pass for a channel: which are worth a look, and who has looked."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tabard.kernel.screen import done, draw, is_part, parts, screen, why_not
from tabard.watch import actions, candidates
from tabard.watch.keyed import buttons


def names(request: Any, channel_id: int) -> HttpResponse:
    channel = candidates.channel(request.actor, channel_id)
    whole = request.GET.get("all") == "1"
    shown = {
        "channel": channel,
        "candidates": candidates.candidates(request.actor, channel, left=not whole)[: candidates.SHOWN],
        "whole": whole,
        "buttons": buttons("answer", candidates.ANSWERS),
        "look_url": reverse("names_look", args=[channel_id]),
        "why_not": why_not(request, "watch.decide", channel),
        "why_not_edit": why_not(request, "channels.edit", channel),
    }
    return draw(request, "watch/names.html", shown)


@require_POST
def look(request: Any, channel_id: int) -> HttpResponse:
    channel = candidates.channel(request.actor, channel_id)
    handle = request.POST.get("handle", "")
    actions.note_look(request.actor, channel, handle=handle, answer=request.POST.get("answer", ""))
    if is_part(request):
        rows = [each for each in candidates.candidates(request.actor, channel) if each.handle == handle]
        shown = {
            "channel": channel,
            "buttons": buttons("answer", candidates.ANSWERS),
            "look_url": request.path,
        }
        return parts(request, *(("watch/_name.html", {**shown, "c": row}) for row in rows))
    return done(request, reverse("names", args=[channel_id]), _("Noted."))


urlpatterns = [
    screen("register/<int:channel_id>/names/", names, may="watch.see", name="names"),
    screen(
        "register/<int:channel_id>/names/look/",
        look,
        may="watch.decide",
        name="names_look",
        does="look.note",
        page=False,
    ),
]

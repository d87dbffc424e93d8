"""The inbox, one conversation, and how a channel is read."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tabard.inbox import actions, hooks, lists, queries
from tabard.kernel.errors import Invalid
from tabard.kernel.screen import done, download, draw, list_of, params, screen, why_not
from tabard.kernel.text import number

SEE, ANSWER = "inbox.see", "inbox.answer"
ANSWERS = {
    "done": (actions.finish, gettext_lazy("Nothing is left to do here.")),
    "reopen": (actions.reopen, gettext_lazy("It is open again.")),
}


def index(request: Any) -> HttpResponse:
    page = lists.conversations(request.actor, request.scope, params(request))
    shown = list_of(request, lists.CONVERSATIONS, page, "inbox_csv")
    return draw(request, "inbox/index.html", shown, part="inbox/_list.html")


def export(request: Any) -> Any:
    rows = lists.visible(request.actor, request.scope)
    return download(lists.CONVERSATIONS.csv(rows, params(request)), "inbox.csv")


def conversation(request: Any, conversation_id: int) -> HttpResponse:
    found = lists.conversation(request.actor, conversation_id)
    before = number(request.GET.get("before", "")) or 0
    shown = {
        "talk": found,
        "said": lists.messages(found, before),
        "earlier": before,
        "why_not": why_not(request, ANSWER, found),
    }
    return draw(request, "inbox/conversation.html", shown, part="inbox/_conversation.html")


@require_POST
def conversation_done(request: Any, conversation_id: int) -> HttpResponse:
    """Nothing is left to do about it, or there is after all: the button that was pressed names it."""
    found = lists.conversation(request.actor, conversation_id)
    answer = request.POST.get("answer", "")
    if answer not in ANSWERS:
        raise Invalid({"answer": [_("Choose what shall happen.")]})
    act, said = ANSWERS[answer]
    act(request.actor, found)
    return done(request, reverse("conversation", args=[conversation_id]), str(said))


def channel_inbox(request: Any, channel_id: int) -> HttpResponse:
    """How a channel is read, on its page; nothing for who may not see what is said to it."""
    return draw(request, "inbox/_channel.html", {"heed": queries.heed(request.actor, channel_id)})


urlpatterns = [
    screen("inbox/", index, may=SEE, name="inbox"),
    screen("inbox/csv/", export, may=SEE, name="inbox_csv", page=False),
    screen("inbox/<int:conversation_id>/", conversation, may=SEE, name="conversation"),
    screen(
        "inbox/<int:conversation_id>/done/",
        conversation_done,
        may=ANSWER,
        name="conversation_done",
        does=("conversation.done", "conversation.reopen"),
        page=False,
    ),
    screen("channels/<int:channel_id>/inbox/", channel_inbox, may=SEE, name="channel_inbox", page=False),
    *hooks.urlpatterns,
]

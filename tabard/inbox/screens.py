"""The inbox, one conversation, and how a channel is read."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tabard.inbox import actions, hooks, lists, queries
from tabard.inbox.standing import stand
from tabard.kernel.errors import IllegalMove, Invalid
from tabard.kernel.screen import done, download, draw, list_of, params, screen, why_not
from tabard.kernel.text import number

SEE, ANSWER, MODERATE = "inbox.see", "inbox.answer", "inbox.moderate"
# What is done with a conversation by one press, and what is said then.
ANSWERS = {
    "done": (actions.finish, gettext_lazy("Nothing is left to do here.")),
    "reopen": (actions.reopen, gettext_lazy("It is open again.")),
    "take": (actions.take, gettext_lazy("Others see that you are answering.")),
    "leave": (actions.leave_it, gettext_lazy("Nobody is answering it now.")),
}
DECISIONS: dict[str, tuple[Callable[..., Any], Any]] = {
    "retry": (actions.retry_reply, gettext_lazy("It is sent again.")),
    "cancel": (actions.cancel_reply, gettext_lazy("It does not go out.")),
    "confirm": (actions.confirm_reply, gettext_lazy("Noted as sent.")),
    "deny": (actions.deny_reply, gettext_lazy("It is sent again.")),
    "deny_only": (partial(actions.deny_reply, again=False), gettext_lazy("Noted as not sent.")),
}
# What is said once something was done with a message.
SOON = gettext_lazy("%(platform)s is told now.")
AGAIN: dict[str, tuple[Callable[..., Any], Any]] = {
    "retry": (actions.retry_moderation, gettext_lazy("The platform is told once more.")),
    "cancel": (actions.cancel_moderation, gettext_lazy("It stays as it is.")),
}


def index(request: Any) -> HttpResponse:
    page = lists.conversations(request.actor, request.scope, params(request))
    shown = list_of(request, lists.CONVERSATIONS, page, "inbox_csv")
    return draw(request, "inbox/index.html", shown, part="inbox/_list.html")


def export(request: Any) -> Any:
    rows = lists.visible(request.actor, request.scope)
    return download(lists.CONVERSATIONS.csv(rows, params(request)), "inbox.csv")


def conversation(request: Any, conversation_id: int) -> HttpResponse:
    """What was said, and below it the box for an answer, which is sent to the same address."""
    found = lists.conversation(request.actor, conversation_id)
    if request.method == "POST":
        return _answered(request, found)
    shown = _shown(request, found)
    return draw(request, "inbox/conversation.html", shown, part="inbox/_conversation.html")


def _shown(request: Any, found: Any) -> dict[str, Any]:
    """What a conversation's page draws; `answers` in the address names what is to be answered."""
    before = number(request.GET.get("before", "")) or 0
    said = lists.messages(found, before)
    stand(found.channel.platform_id, said.messages)
    replies = [] if before else queries.unsaid(found, said.messages)
    return {
        "talk": found,
        "said": said,
        "why_not_moderate": why_not(request, MODERATE, found),
        "earlier": before,
        "replies": replies,
        "passing": queries.passing(said.messages, replies),
        "writes": queries.answering(found),
        "why_not": why_not(request, ANSWER, found),
        "box": _box(request, found, request.GET),
        "wrong": {},
    }


def _box(request: Any, found: Any, form: Any) -> queries.Box:
    to = queries.message(found, number(form.get("answers", "")))
    return queries.box(request.actor, found, to, form.get("text", ""))


def _answered(request: Any, found: Any) -> HttpResponse:
    """Answer in the channel's name. What was typed stays where it is refused."""
    form = request.POST
    given = {
        "text": form.get("text", ""),
        "answers": queries.message(found, number(form.get("answers", ""))),
        "seen": number(form.get("seen", "")) or 0,
        "beside": number(form.get("beside", "")),
        "key": _key(form.get("key", "")),
    }
    try:
        actions.reply(request.actor, found, **given)
    except (Invalid, IllegalMove) as error:
        wrong = error.fields if isinstance(error, Invalid) else {"text": [error.reason]}
        shown = {**_shown(request, found), "box": _box(request, found, form), "wrong": wrong}
        shown["typed"] = given["text"]
        return draw(request, "inbox/conversation.html", shown, status=error.status)
    return done(request, reverse("conversation", args=[found.pk]), _("It is on its way."))


def _key(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


@require_POST
def measure(request: Any, conversation_id: int) -> HttpResponse:
    """How long what is typed is there, and what is wrong with it. Who types is seen by others to answer."""
    found, words = lists.conversation(request.actor, conversation_id), request.POST.get("text", "")
    if words.strip() and not queries.writes(request.actor, found):
        with suppress(IllegalMove):  # somebody else is: the box says so
            actions.take(request.actor, found)
    return draw(request, "inbox/_room.html", {"box": _box(request, found, request.POST), "typed": words})


@require_POST
def decide(request: Any, reply_id: int) -> HttpResponse:
    """One decision about one answer: the button that was pressed names it."""
    found, answer = queries.reply(request.actor, reply_id), request.POST.get("answer", "")
    if answer not in DECISIONS:
        raise Invalid({"answer": [_("Choose what shall happen.")]})
    act, said = DECISIONS[answer]
    more = {"url": request.POST.get("url", "")} if answer == "confirm" else {}
    act(request.actor, found, **more)
    return done(request, reverse("conversation", args=[found.conversation_id]), str(said))


@require_POST
def moderate(request: Any, message_id: int) -> HttpResponse:
    """One act with one message: the button that was pressed names it."""
    found = queries.one_message(request.actor, message_id)
    actions.moderate(request.actor, found, act=request.POST.get("act", ""))
    there = reverse("conversation", args=[found.conversation_id])
    return done(request, f"{there}#m{found.pk}", str(SOON) % {"platform": found.channel.platform})


@require_POST
def moderation_decide(request: Any, moderation_id: int) -> HttpResponse:
    """Whether what a platform did not do is tried once more, or left."""
    found, answer = queries.moderation(request.actor, moderation_id), request.POST.get("answer", "")
    if answer not in AGAIN:
        raise Invalid({"answer": [_("Choose what shall happen.")]})
    act, said = AGAIN[answer]
    act(request.actor, found)
    there = reverse("conversation", args=[found.message.conversation_id])
    return done(request, f"{there}#m{found.message_id}", str(said))


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
    screen("inbox/<int:conversation_id>/", conversation, may=SEE, name="conversation", does="reply.write"),
    screen(
        "inbox/<int:conversation_id>/done/",
        conversation_done,
        may=ANSWER,
        name="conversation_done",
        does=("conversation.done", "conversation.reopen", "conversation.take", "conversation.leave"),
        page=False,
    ),
    screen(
        "inbox/<int:conversation_id>/measure/",
        measure,
        may=ANSWER,
        name="conversation_measure",
        does="conversation.take",
        page=False,
    ),
    screen(
        "inbox/replies/<int:reply_id>/",
        decide,
        may=ANSWER,
        name="reply_decide",
        does=("reply.retry", "reply.cancel", "reply.confirm", "reply.deny"),
        page=False,
    ),
    screen(
        "inbox/messages/<int:message_id>/",
        moderate,
        may=MODERATE,
        name="message_moderate",
        does="message.moderate",
        page=False,
    ),
    screen(
        "inbox/moderations/<int:moderation_id>/",
        moderation_decide,
        may=MODERATE,
        name="moderation_decide",
        does=("moderation.retry", "moderation.cancel"),
        page=False,
    ),
    screen("channels/<int:channel_id>/inbox/", channel_inbox, may=SEE, name="channel_inbox", page=False),
    *hooks.urlpatterns,
]

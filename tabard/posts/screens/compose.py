"""The composer: one page and its parts. Saving answers with the parts that a change can touch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tabard.kernel import text
from tabard.kernel.errors import Conflict, Invalid, Refusal
from tabard.kernel.screen import done, draw, is_part, parts, why_not
from tabard.library import actions as library
from tabard.library import queries as assets
from tabard.org.queries import place_for, places_for, unit
from tabard.posts import actions, offering, queries
from tabard.posts.placements import settings_of
from tabard.posts.screens.parts import after, thread_of

if TYPE_CHECKING:
    from tabard.posts.models import Variant

# What saving can change besides the field itself.
TOUCHED = (
    "posts/_state.html",
    "posts/_places.html",
    "posts/_findings.html",
    "posts/_preview.html",
    "posts/_approval.html",
)


def new(request: Any) -> HttpResponse:
    """Choose channels and a title; text follows on the post's own page."""
    shown = {
        **_offered(request),
        "units": places_for(request.actor, "posts.write"),
        "given": request.POST if request.method == "POST" else request.GET,
        "wrong": {},
    }
    if request.method != "POST" or _narrows(request):
        return draw(request, "posts/new.html", shown, part="posts/_channel_choices.html")
    try:
        wanted = offering.channels_to_write_for(request.actor, None)
        post = _made(request, list(wanted.filter(pk__in=shown["chosen"])))
    except Invalid as error:
        return draw(request, "posts/new.html", {**shown, "wrong": error.fields}, status=422)
    return done(request, reverse("post", args=[post.pk]))


def _narrows(request: Any) -> bool:
    """Whether a form with channels to choose from only asks for others: by its button, or by Enter in the
    box where they are looked for. Enter anywhere else means the form.
    """
    form = request.POST
    return "narrow" in form or ("start" not in form and form.get("find", "") != form.get("found", ""))


def _offered(request: Any, besides: Iterable[int] = ()) -> dict[str, Any]:
    """Channels to choose from, and the numbers of those chosen so far."""
    given = request.POST if request.method == "POST" else request.GET
    chosen = set(text.numbers(given.getlist("channels")))
    words = given.get("find", "")
    found = offering.offer(request.actor, request.scope, words, chosen, besides=set(besides))
    return {"offer": found, "chosen": chosen}


def _made(request: Any, chosen: list[Any]) -> Any:
    words = {"title": request.POST.get("title", ""), "text": request.POST.get("text", "")}
    if not places_for(request.actor, "posts.write") and len(chosen) == 1:
        return actions.make_post_on_channel(request.actor, chosen[0], **words)
    wanted = text.number(request.POST.get("unit", ""))
    place = (
        unit(request.actor, wanted)
        if wanted is not None
        else place_for(request.actor, request.scope, "posts.write")
    )
    return actions.make_post(request.actor, place, channels=chosen, **words)


def post(request: Any, post_id: int) -> HttpResponse:
    return draw(request, "posts/post.html", shown(request, post_id), part="posts/_body.html")


def shown(request: Any, post_id: int) -> dict[str, Any]:
    """Everything the composer draws. `variant` in the address is the one that is open; none: the master."""
    view = queries.whole(request.actor, post_id)
    wanted = text.number(request.GET.get("variant", "") or request.POST.get("variant", ""))
    chosen = view.variant(wanted) if wanted is not None else None
    return {
        "view": view,
        "post": view.post,
        "chosen": chosen,
        "seen": chosen or next(iter(view.variants), None),
        "why_not_write": why_not(request, "posts.write", view.post),
        "why_not_publish": why_not(request, "posts.publish", view.post),
        "why_not_delete": why_not(request, "posts.delete", view.post),
        "mine": view.mine_to_decide,
    }


def _saved(request: Any, post_id: int, said: str = "") -> HttpResponse:
    """After a change: the touched parts, or the page again without script."""
    if not is_part(request):
        query = f"?variant={request.POST['variant']}" if request.POST.get("variant") else ""
        return done(request, reverse("post", args=[post_id]) + query, said)
    drawn = shown(request, post_id)
    return parts(request, *((template, drawn) for template in TOUCHED), said=said)


def _between(request: Any, post_id: int, error: Conflict, mine: str) -> HttpResponse:
    """Somebody else saved in between: both texts beside each other."""
    drawn = {**shown(request, post_id), "theirs": error.theirs, "mine_text": mine, "said": error.reason}
    return draw(request, "posts/conflict.html", drawn, part="posts/_conflict.html", status=409)


def _revision(request: Any) -> int | None:
    return text.number(request.POST.get("revision", ""))


@require_POST
def save(request: Any, post_id: int) -> HttpResponse:
    """Save the master as it is typed. Somebody else's save in between is shown beside one's own text."""
    given = {
        name: request.POST[name] for name in ("title", "text", "link", "language") if name in request.POST
    }
    try:
        actions.change_post(
            request.actor, queries.post(request.actor, post_id), revision=_revision(request), **given
        )
    except Conflict as error:
        return _between(request, post_id, error, given.get("text", ""))
    return _saved(request, post_id)


_AS_MASTER: dict[str, Any] = {"text": None, "link": None, "attachment_ids": None}


@require_POST
def save_variant(request: Any, post_id: int, variant_id: int) -> HttpResponse:
    """Save what one variant says of its own; `as_master` gives it the master's words again."""
    found = queries.variant(request.actor, post_id, variant_id)
    as_master = bool(request.POST.get("as_master"))
    given = _AS_MASTER if as_master else _own(found, request.POST)
    try:
        actions.change_variant(request.actor, found.post, variant=found, revision=_revision(request), **given)
    except Conflict as error:
        return _between(request, post_id, error, given.get("text", ""))
    here = reverse("post", args=[post_id]) + f"?variant={variant_id}"
    if do := request.POST.get("do", ""):
        anchor = after(request, found, do)
        revision = queries.variant(request.actor, post_id, variant_id).post.revision
        # Another address each time: to the same one with a mark a browser only scrolls.
        return done(request, f"{here}&revision={revision}{anchor}")
    if as_master:
        return done(request, here, _("It says what the master says."))
    now = queries.variant(request.actor, post_id, variant_id)
    if "placement" in given and now.placement != found.placement:
        return done(request, here, _("It stands in another place of the channel now."))
    return _saved(request, post_id)


def _own(variant: Variant, posted: QueryDict) -> dict[str, Any]:
    """What the form says of one variant apart from its master."""
    given: dict[str, Any] = {n: posted[n] for n in ("text", "link", "placement") if n in posted}
    for name in ("text", "link"):
        # The form shows the master's words: sent back as they are, they stay the master's.
        if getattr(variant, name) is None and text.prose(given.get(name, "")) == getattr(variant.post, name):
            given.pop(name, None)
    if "parts" in posted:
        given["thread"] = thread_of(posted)
        given["first_comment"] = posted.get("first_comment", "")
    if "options" in posted:
        given["options"] = _options(variant, posted, given.get("placement", variant.placement))
    return given


def _options(variant: Variant, posted: Mapping[str, str], name: str) -> dict[str, Any]:
    """What is set on the form: a flag that is not there is not set. Of another place, what both know."""
    there = {s.option.name for s in settings_of(variant.channel.platform_id, name, {})}
    return {
        s.option.name: f"option-{s.option.name}" in posted
        if s.option.kind == "flag"
        else posted.get(f"option-{s.option.name}", "")
        for s in settings_of(variant.channel.platform_id, variant.placement, variant.options)
        if s.option.name in there
    }


@require_POST
def remove_variant(request: Any, post_id: int, variant_id: int) -> HttpResponse:
    found = queries.variant(request.actor, post_id, variant_id)
    actions.remove_variant(request.actor, found.post, variant=found)
    return done(
        request, reverse("post", args=[post_id]), _("%(channel)s was taken off.") % {"channel": found.channel}
    )


def add_channels(request: Any, post_id: int) -> HttpResponse:
    found = queries.post(request.actor, post_id)
    if request.method == "POST" and not _narrows(request):
        ids = text.numbers(request.POST.getlist("channels"))
        there = offering.channels_named(request.actor, ids)
        place = request.POST.get("placement", "")
        actions.add_variants(request.actor, found, channels=there, placement=place)
        return done(request, reverse("post", args=[post_id]))
    shown = {"post": found, **_offered(request, queries.channel_ids(request.actor, post_id))}
    return draw(request, "posts/channels.html", shown, part="posts/_channel_choices.html")


def pictures(request: Any, post_id: int) -> HttpResponse:
    """Add files: those from the device go into the library of the post's unit first."""
    found = queries.post(request.actor, post_id)
    if request.method != "POST":
        page = assets.assets(request.actor, None, {"q": [request.GET.get("q", "")]})
        shown = {"post": found, "page": page, "largest": settings.LARGEST_FILE}
        return draw(request, "posts/pictures.html", shown)
    wrong = []
    for file in request.FILES.getlist("files"):
        try:
            asset = library.add_asset(request.actor, found.unit, name=file.name or "", data=file)
            actions.attach(request.actor, found, asset=asset)
        except Refusal as error:
            wrong.append(f"{file.name}: {error.reason}")
    for pk in request.POST.getlist("assets"):
        actions.attach(request.actor, found, asset=assets.asset(request.actor, text.number(pk) or 0))
    if wrong and is_part(request):
        return HttpResponse("\n".join(wrong), status=422, content_type="text/plain; charset=utf-8")
    if wrong:
        raise Invalid({"files": wrong})
    return done(request, reverse("post", args=[post_id]))


@require_POST
def picture(request: Any, post_id: int, picture_id: int) -> HttpResponse:
    found = queries.attachment(request.actor, post_id, picture_id)
    if request.POST.get("remove"):
        actions.detach(request.actor, found.post, attachment=found)
        return done(request, reverse("post", args=[post_id]))
    actions.change_attachment(
        request.actor,
        found.post,
        attachment=found,
        alt=request.POST.get("alt"),
        position=text.number(request.POST.get("position", "")),
    )
    return _saved(request, post_id)


@require_POST
def comment(request: Any, post_id: int) -> HttpResponse:
    actions.add_comment(
        request.actor, queries.post(request.actor, post_id), words=request.POST.get("words", "")
    )
    return done(request, reverse("post", args=[post_id]) + "#comments", _("Your comment was added."))


@require_POST
def delete(request: Any, post_id: int) -> HttpResponse:
    actions.delete_post(request.actor, queries.post(request.actor, post_id))
    return done(request, reverse("posts"), _("The post was deleted."))

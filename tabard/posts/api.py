"""Posts by API: everything the screens can do."""

from __future__ import annotations

from typing import Any

from ninja import Router, Status

from tabard.kernel.endpoint import Listed, endpoint, listed, query
from tabard.kernel.errors import Invalid
from tabard.library.queries import asset as asset_of
from tabard.org.queries import unit as unit_of
from tabard.posts import actions, lists, offering, queries
from tabard.posts import schemas as s

router = Router(tags=["Posts"])
POST = "/posts/{int:post_id}"


def _whole(request: Any, post_id: int) -> dict[str, Any]:
    return s.whole_out(queries.whole(request.actor, post_id))


@endpoint(router, "GET", "/posts", may="posts.see", response=Listed[s.PostRowOut])
def posts(
    request: Any,
    q: str = "",
    state: str = "",
    platform: str = "",
    author: str = "",
    campaign: str = "",
    unit_id: int | None = None,
    sort: str = "",
    after: str = "",
    size: int = 50,
) -> Any:
    """Posts, the last changed first."""
    scope = unit_of(request.actor, unit_id) if unit_id else None
    asked = query(
        q=q,
        state=state,
        platform=platform,
        author=author,
        campaign=campaign,
        sort=sort,
        after=after,
        size=size,
    )
    page = listed(queries.posts(request.actor, scope, asked, queries.with_texts()))
    return {**page, "items": [s.row_out(p, p.shown.state) for p in page["items"]]}


@endpoint(
    router,
    "POST",
    "/posts",
    may="posts.write",
    does=("post.make", "post.make_on_channel"),
    response={201: s.PostWhole},
)
def make(request: Any, body: s.PostMake) -> Status[Any]:
    """Start a post, with a variant for each channel."""
    channels = offering.channels_named(request.actor, body.channel_ids)
    words = {"title": body.title, "text": body.text, "link": body.link, "language": body.language}
    if body.unit_id is None:
        if len(channels) != 1:
            raise Invalid({"unit_id": ["Give the unit, or exactly one channel."]})
        post = actions.make_post_on_channel(request.actor, channels[0], **words)
    else:
        unit = unit_of(request.actor, body.unit_id)
        campaign = queries.campaign(request.actor, body.campaign_id) if body.campaign_id else None
        post = actions.make_post(request.actor, unit, channels=channels, campaign=campaign, **words)
    return Status(201, _whole(request, post.pk))


@endpoint(router, "GET", POST, may="posts.see", response=s.PostWhole)
def post(request: Any, post_id: int) -> Any:
    """One post with its variants, what each will say, what is wrong with it and how it is approved."""
    return _whole(request, post_id)


@endpoint(router, "PATCH", POST, may="posts.write", does="post.change", response=s.PostWhole)
def change(request: Any, post_id: int, body: s.PostChange) -> Any:
    """Change the master; approvals of what differs are void."""
    found = queries.post(request.actor, post_id)
    campaign: Any = ""
    if body.campaign_id is not None:
        campaign = queries.campaign(request.actor, body.campaign_id) if body.campaign_id else None
    actions.change_post(
        request.actor,
        found,
        revision=body.revision,
        title=body.title,
        text=body.text,
        link=body.link,
        language=body.language,
        campaign=campaign,
    )
    return _whole(request, post_id)


@endpoint(router, "DELETE", POST, may="posts.delete", does="post.delete", response={204: None})
def delete(request: Any, post_id: int) -> Status[None]:
    """Put a post away. What has gone out stays out."""
    actions.delete_post(request.actor, queries.post(request.actor, post_id))
    return Status(204, None)


@endpoint(router, "POST", POST + "/variants", may="posts.write", does="variant.add", response=s.PostWhole)
def add_variants(request: Any, post_id: int, body: s.VariantsAdd) -> Any:
    """Say it on these channels too."""
    found = queries.post(request.actor, post_id)
    channels = offering.channels_named(request.actor, body.channel_ids)
    actions.add_variants(
        request.actor, found, channels=channels, placement=body.placement, revision=body.revision
    )
    return _whole(request, post_id)


@endpoint(
    router,
    "PATCH",
    POST + "/variants/{int:variant_id}",
    may="posts.write",
    does="variant.change",
    response=s.PostWhole,
)
def change_variant(request: Any, post_id: int, variant_id: int, body: s.VariantChange) -> Any:
    """Give one variant words, link, pictures, options or a place of its own, or the master's again."""
    found = queries.variant(request.actor, post_id, variant_id)
    given = body.dict(include={"text", "link", "attachment_ids"}, exclude_none=True)
    given |= {name: None for name in body.as_master if name in {"text", "link", "attachment_ids"}}
    given |= body.dict(include={"revision", "options", "placement", "thread", "first_comment"})
    actions.change_variant(request.actor, found.post, variant=found, **given)
    return _whole(request, post_id)


@endpoint(
    router,
    "POST",
    POST + "/variants/{int:variant_id}/thread",
    may="posts.write",
    does="variant.split",
    response=s.PostWhole,
)
def split_variant(request: Any, post_id: int, variant_id: int) -> Any:
    """Split a text that is too long for one post into a thread, where sentences end."""
    found = queries.variant(request.actor, post_id, variant_id)
    actions.split_variant(request.actor, found.post, variant=found)
    return _whole(request, post_id)


@endpoint(
    router,
    "DELETE",
    POST + "/variants/{int:variant_id}",
    may="posts.write",
    does="variant.remove",
    response=s.PostWhole,
)
def remove_variant(request: Any, post_id: int, variant_id: int) -> Any:
    """Do not say it on this channel."""
    found = queries.variant(request.actor, post_id, variant_id)
    actions.remove_variant(request.actor, found.post, variant=found)
    return _whole(request, post_id)


@endpoint(router, "POST", POST + "/pictures", may="posts.write", does="attachment.add", response=s.PostWhole)
def attach(request: Any, post_id: int, body: s.AttachmentAdd) -> Any:
    """Put a picture of the library at the end."""
    found = queries.post(request.actor, post_id)
    asset = asset_of(request.actor, body.asset_id)
    actions.attach(request.actor, found, asset=asset, alt=body.alt, revision=body.revision)
    return _whole(request, post_id)


@endpoint(
    router,
    "PATCH",
    POST + "/pictures/{int:picture_id}",
    may="posts.write",
    does="attachment.change",
    response=s.PostWhole,
)
def change_picture(request: Any, post_id: int, picture_id: int, body: s.AttachmentChange) -> Any:
    """Describe a picture, or move it."""
    found = queries.attachment(request.actor, post_id, picture_id)
    actions.change_attachment(
        request.actor,
        found.post,
        attachment=found,
        alt=body.alt,
        position=body.position,
        revision=body.revision,
    )
    return _whole(request, post_id)


@endpoint(
    router,
    "DELETE",
    POST + "/pictures/{int:picture_id}",
    may="posts.write",
    does="attachment.remove",
    response=s.PostWhole,
)
def detach(request: Any, post_id: int, picture_id: int) -> Any:
    """Take a picture off the post; it stays in the library."""
    found = queries.attachment(request.actor, post_id, picture_id)
    actions.detach(request.actor, found.post, attachment=found)
    return _whole(request, post_id)


@endpoint(router, "POST", POST + "/approval", may="posts.submit", does="post.submit", response=s.PostWhole)
def submit(request: Any, post_id: int, body: s.ReviewAsk) -> Any:
    """Ask for approval of every draft variant."""
    found = queries.post(request.actor, post_id)
    actions.submit(request.actor, found, message=body.message, due_at=body.due_at)
    return _whole(request, post_id)


@endpoint(
    router, "DELETE", POST + "/approval", may="posts.submit", does="post.take_back", response=s.PostWhole
)
def take_back(request: Any, post_id: int) -> Any:
    """Stop asking."""
    actions.take_back(request.actor, queries.post(request.actor, post_id))
    return _whole(request, post_id)


@endpoint(router, "PUT", POST + "/schedule", may="posts.publish", does="post.schedule", response=s.PostWhole)
def schedule(request: Any, post_id: int, body: s.Schedule) -> Any:
    """Send at this wall-clock time in `zone`; without day and time: now."""
    found = queries.post(request.actor, post_id)
    actions.schedule(request.actor, found, due_date=body.due_date, due_time=body.due_time, zone=body.zone)
    return _whole(request, post_id)


@endpoint(
    router, "DELETE", POST + "/schedule", may="posts.publish", does="post.unschedule", response=s.PostWhole
)
def unschedule(request: Any, post_id: int) -> Any:
    """Take it off the schedule."""
    actions.unschedule(request.actor, queries.post(request.actor, post_id))
    return _whole(request, post_id)


@endpoint(router, "GET", POST + "/comments", may="posts.see", response=Listed[s.CommentOut])
def comments(request: Any, post_id: int, q: str = "", sort: str = "", after: str = "", size: int = 50) -> Any:
    """What was said about the post inside the company, the oldest first."""
    return listed(lists.comments(request.actor, post_id, query(q=q, sort=sort, after=after, size=size)))


@endpoint(
    router, "POST", POST + "/comments", may="posts.see", does="comment.add", response={201: s.CommentOut}
)
def comment(request: Any, post_id: int, body: s.CommentMake) -> Status[Any]:
    """Say something about the post."""
    return Status(
        201, actions.add_comment(request.actor, queries.post(request.actor, post_id), words=body.words)
    )


@endpoint(router, "GET", POST + "/versions", may="posts.see", response=Listed[s.VersionOut])
def versions(
    request: Any, post_id: int, q: str = "", by: str = "", sort: str = "", after: str = "", size: int = 50
) -> Any:
    """What the post was after each change, the newest first. `by`: the id of a person."""
    asked = query(q=q, by=by, sort=sort, after=after, size=size)
    return listed(lists.versions(request.actor, post_id, asked))


@endpoint(router, "GET", "/campaigns", may="posts.see", response=Listed[s.CampaignOut])
def campaigns(
    request: Any,
    q: str = "",
    when: str = "",
    unit_id: int | None = None,
    sort: str = "",
    after: str = "",
    size: int = 50,
) -> Any:
    """Campaigns, by name. `when`: `now`, `later`, `over`, or `open` for those without days."""
    scope = unit_of(request.actor, unit_id) if unit_id else None
    asked = query(q=q, when=when, sort=sort, after=after, size=size)
    return listed(lists.campaigns(request.actor, scope, asked))


@endpoint(
    router, "POST", "/campaigns", may="posts.write", does="campaign.make", response={201: s.CampaignOut}
)
def make_campaign(request: Any, body: s.CampaignIn) -> Status[Any]:
    """A new campaign."""
    unit = unit_of(request.actor, body.unit_id)
    made = actions.make_campaign(
        request.actor, unit, name=body.name, starts_on=body.starts_on, ends_on=body.ends_on
    )
    return Status(201, made)


@endpoint(router, "GET", "/campaigns/{int:campaign_id}", may="posts.see", response=s.CampaignOut)
def campaign(request: Any, campaign_id: int) -> Any:
    """One campaign."""
    return queries.campaign(request.actor, campaign_id)


@endpoint(
    router,
    "PUT",
    "/campaigns/{int:campaign_id}",
    may="posts.write",
    does="campaign.change",
    response=s.CampaignOut,
)
def change_campaign(request: Any, campaign_id: int, body: s.CampaignChange) -> Any:
    """Say its name and days anew, whole; a day of null is none."""
    found = queries.campaign(request.actor, campaign_id)
    return actions.change_campaign(
        request.actor, found, name=body.name, starts_on=body.starts_on, ends_on=body.ends_on
    )

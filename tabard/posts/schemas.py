"""How posts look in the API."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from ninja import Field, Schema

from tabard.kernel.endpoint import Moment, Whole
from tabard.posts.models import Post
from tabard.posts.queries import PostView, VariantView


class FindingOut(Schema):
    code: str
    said: str
    bad: bool
    mend: str = ""
    part: int = Field(0, description="0: the post itself; then what follows it, in order.")


class Part(Schema):
    text: str = ""
    attachment_ids: list[int] = []


class VariantOut(Schema):
    id: int
    channel_id: int
    channel: str
    platform: str
    placement: str
    state: str
    own_text: str | None = Field(None, description="Null: as the master has it.")
    thread: list[Part] = Field(description="The posts that follow it, each an answer to the one before.")
    first_comment: str = Field(description="What the channel itself says under it.")
    content: dict[str, Any] = Field(description="Exactly what will go out; `parts` is what follows it.")
    digest: str = Field("", description="Of what waits for approval, or was approved.")
    approval_id: int | None
    approval_state: str
    findings: list[FindingOut]


class AttachmentOut(Schema):
    id: int
    asset_id: int
    alt: str
    position: int


class PostOut(Schema):
    id: int
    title: str
    text: str
    link: str
    language: str
    unit_id: int
    author_id: int | None
    campaign_id: int | None
    due_date: date | None
    due_time: time | None
    zone: str
    due_at: datetime | None
    revision: int
    changed_at: datetime


class PostRowOut(PostOut):
    state: str


class PostWhole(PostRowOut):
    variants: list[VariantOut]
    attachments: list[AttachmentOut]


class PostMake(Schema):
    unit_id: int | None = Field(None, description="Left out: the unit of the only channel.")
    title: str
    text: str = ""
    link: str = ""
    language: str = ""
    campaign_id: int | None = None
    channel_ids: list[int] = []


class PostChange(Schema):
    revision: int | None = Field(None, description="What was read; 409 if somebody has saved since.")
    title: str | None = None
    text: str | None = None
    link: str | None = None
    language: str | None = None
    campaign_id: int | None = Field(None, description="0 takes it out of its campaign.")


class VariantsAdd(Schema):
    channel_ids: list[int]
    placement: str = ""
    revision: int | None = None


class VariantChange(Schema):
    revision: int | None = None
    text: str | None = Field(None, description="Own text; null with as_master for the master's again.")
    link: str | None = None
    attachment_ids: list[int] | None = None
    options: dict[str, Any] | None = Field(None, description="As the platform's card names them.")
    placement: str | None = Field(None, description="Where on the channel; empty is its first place.")
    thread: list[Part] | None = Field(None, description="All posts that follow it; empty for none.")
    first_comment: str | None = Field(None, description="A comment of one's own under it; empty for none.")
    as_master: list[str] = Field(
        [], description="Of text, link, attachment_ids: which are the master's again."
    )


class AttachmentAdd(Schema):
    asset_id: int
    alt: str | None = None
    revision: int | None = None


class AttachmentChange(Schema):
    alt: str | None = None
    position: int | None = None
    revision: int | None = None


class ReviewAsk(Schema):
    message: str = ""
    due_at: Moment | None = None


class Schedule(Schema):
    due_date: date | None = Field(None, description="Wall clock in `zone`; without day and time: now.")
    due_time: time | None = None
    zone: str = ""


class CommentMake(Schema):
    words: str


class CommentOut(Schema):
    id: int
    by_id: int | None
    at: datetime
    text: str


class VersionOut(Schema):
    number: int
    by_id: int | None
    at: datetime
    content: dict[str, Any]


class CampaignIn(Schema):
    unit_id: int
    name: str
    starts_on: date | None = None
    ends_on: date | None = None


class CampaignChange(Whole):
    name: str
    starts_on: date | None
    ends_on: date | None


class CampaignOut(Schema):
    id: int
    unit_id: int
    name: str
    starts_on: date | None
    ends_on: date | None


def row_out(post: Post, state: str) -> dict[str, Any]:
    names = list(PostOut.model_fields)
    return {**{name: getattr(post, name) for name in names}, "state": state}


def whole_out(view: PostView) -> dict[str, Any]:
    return {
        **row_out(view.post, view.state),
        "variants": [variant_out(v) for v in view.variants],
        "attachments": [
            {"id": a.pk, "asset_id": a.asset_id, "alt": a.alt, "position": a.position}
            for a in view.attachments
        ],
    }


def variant_out(view: VariantView) -> dict[str, Any]:
    variant, approval = view.variant, view.approval
    return {
        "id": variant.pk,
        "channel_id": variant.channel_id,
        "channel": str(variant.channel),
        "platform": variant.channel.platform_id,
        "placement": variant.placement,
        "state": variant.state,
        "own_text": variant.text,
        "thread": variant.thread,
        "first_comment": variant.first_comment,
        "content": view.content,
        "digest": approval.digest if approval else "",
        "approval_id": approval.pk if approval else None,
        "approval_state": approval.state if approval else "",
        "findings": [
            {"code": f.code, "said": f.said, "bad": f.bad, "mend": f.mend, "part": f.part}
            for f in view.findings
        ],
    }

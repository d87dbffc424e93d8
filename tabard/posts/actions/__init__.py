"""Everything that can be done to posts."""

from tabard.posts.actions.campaigns import change_campaign, make_campaign
from tabard.posts.actions.comments import add_comment
from tabard.posts.actions.media import attach, change_attachment, detach
from tabard.posts.actions.review import submit, take_back
from tabard.posts.actions.schedule import schedule, unschedule
from tabard.posts.actions.variants import add_variants, change_variant, remove_variant, split_variant
from tabard.posts.actions.write import change_post, delete_post, make_post, make_post_on_channel

__all__ = [
    "add_comment",
    "add_variants",
    "attach",
    "change_attachment",
    "change_campaign",
    "change_post",
    "change_variant",
    "delete_post",
    "detach",
    "make_campaign",
    "make_post",
    "make_post_on_channel",
    "remove_variant",
    "schedule",
    "split_variant",
    "submit",
    "take_back",
    "unschedule",
]

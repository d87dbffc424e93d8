"""Tables of posts."""

from tabard.posts.models.campaigns import Campaign
from tabard.posts.models.posts import Attachment, Comment, Post, Variant, Version

__all__ = ["Attachment", "Campaign", "Comment", "Post", "Variant", "Version"]

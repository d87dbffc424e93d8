"""Screens of posts: the list, the composer, reviewing, scheduling."""

from tabard.kernel.screen import screen
from tabard.posts.screens import compose, decide, lists, plan

POST = "posts/<int:post_id>/"

urlpatterns = [
    screen("posts/", lists.index, may="posts.see", name="posts"),
    screen("posts/csv/", lists.export, may="posts.see", name="posts_csv", page=False),
    screen(
        "posts/new/",
        compose.new,
        may="posts.write",
        name="new_post",
        does=("post.make", "post.make_on_channel"),
    ),
    screen(POST, compose.post, may="posts.see", name="post"),
    screen(POST + "text/", compose.save, may="posts.write", name="post_save", does="post.change", page=False),
    screen(
        POST + "delete/",
        compose.delete,
        may="posts.delete",
        name="post_delete",
        does="post.delete",
        page=False,
    ),
    screen(
        POST + "channels/", compose.add_channels, may="posts.write", name="post_channels", does="variant.add"
    ),
    screen(
        POST + "variants/<int:variant_id>/",
        compose.save_variant,
        may="posts.write",
        name="post_variant",
        does=("variant.change", "variant.split"),
        page=False,
    ),
    screen(
        POST + "variants/<int:variant_id>/remove/",
        compose.remove_variant,
        may="posts.write",
        name="post_variant_remove",
        does="variant.remove",
        page=False,
    ),
    screen(
        POST + "pictures/", compose.pictures, may="posts.write", name="post_pictures", does="attachment.add"
    ),
    screen(
        POST + "pictures/<int:picture_id>/",
        compose.picture,
        may="posts.write",
        name="post_picture",
        does=("attachment.change", "attachment.remove"),
        page=False,
    ),
    screen(
        POST + "comments/",
        compose.comment,
        may="posts.see",
        name="post_comment",
        does="comment.add",
        page=False,
    ),
    screen(POST + "versions/", lists.versions, may="posts.see", name="post_versions"),
    screen(POST + "versions/csv/", lists.versions_csv, may="posts.see", name="post_versions_csv", page=False),
    screen(
        POST + "approval/", decide.ask, may="posts.submit", name="post_submit", does="post.submit", page=False
    ),
    screen(
        POST + "approval/back/",
        decide.back,
        may="posts.submit",
        name="post_take_back",
        does="post.take_back",
        page=False,
    ),
    screen(
        POST + "decision/", decide.decide, may="approvals.decide", name="post_decide", does="approval.decide"
    ),
    screen("approvals/", decide.waiting, may="approvals.decide", name="approvals"),
    screen("approvals/csv/", decide.export, may="approvals.decide", name="approvals_csv", page=False),
    screen(
        POST + "schedule/",
        plan.schedule,
        may="posts.publish",
        name="post_schedule",
        does="post.schedule",
        page=False,
    ),
    screen(
        POST + "schedule/off/",
        plan.unschedule,
        may="posts.publish",
        name="post_unschedule",
        does="post.unschedule",
        page=False,
    ),
    screen("campaigns/", plan.campaigns, may="posts.see", name="campaigns", does="campaign.make"),
    screen("campaigns/csv/", plan.campaigns_csv, may="posts.see", name="campaigns_csv", page=False),
    screen(
        "campaigns/<int:campaign_id>/",
        plan.campaign,
        may="posts.see",
        name="campaign",
        does="campaign.change",
    ),
]

"""Lists of posts, and the versions of one."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from tabard.kernel.screen import download, draw, list_of, params, why_not
from tabard.posts import lists, queries


def index(request: Any) -> HttpResponse:
    page = queries.posts(request.actor, request.scope, params(request))
    shown = list_of(request, queries.POSTS, page, "posts_csv")
    return draw(request, "posts/index.html", shown, part="posts/_list.html")


def export(request: Any) -> Any:
    rows = queries.visible(request.actor, request.scope)
    return download(queries.POSTS.csv(rows, params(request)), "posts.csv")


def versions(request: Any, post_id: int) -> HttpResponse:
    post = queries.post(request.actor, post_id)
    page = lists.versions(request.actor, post_id, params(request))
    shown = list_of(request, lists.VERSIONS, page, "post_versions_csv", post_id)
    shown |= {"post": post, "why_not_write": why_not(request, "posts.write", post)}
    return draw(request, "posts/versions.html", shown, part="posts/_versions.html")


def versions_csv(request: Any, post_id: int) -> Any:
    rows = queries.versions(request.actor, post_id)
    return download(lists.VERSIONS.csv(rows, params(request)), "versions.csv")

"""Lists of posts, and the versions of one."""

from __future__ import annotations

import itertools
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from tabard.kernel.screen import download, draw, params, why_not
from tabard.posts import queries


def index(request: Any) -> HttpResponse:
    page = queries.posts(request.actor, request.scope, params(request))
    shown = {
        "page": page,
        "choices": queries.POSTS.choices(request.actor),
        "labels": {f.name: f.label for f in queries.POSTS.filters},
        "csv": f"{reverse('posts_csv')}?{request.GET.urlencode()}",
    }
    return draw(request, "posts/index.html", shown, part="posts/_list.html")


def export(request: Any) -> Any:
    rows = queries.visible(request.actor, request.scope)
    return download(queries.POSTS.csv(rows, params(request)), "posts.csv")


def versions(request: Any, post_id: int) -> HttpResponse:
    post = queries.post(request.actor, post_id)
    there = list(queries.versions(request.actor, post_id)[:101])
    pairs = list(itertools.zip_longest(there, there[1:]))[:100]
    shown = {"post": post, "pairs": pairs, "why_not_write": why_not(request, "posts.write", post)}
    return draw(request, "posts/versions.html", shown)

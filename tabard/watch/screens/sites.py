"""Sites that are asked for names: whether they may be asked, how they stand, what they said."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tabard.kernel.screen import done, draw, screen, why_not
from tabard.org.queries import place_for
from tabard.org.tree import root
from tabard.watch import actions, site_queries

WORDS = {"on": True, "off": False, "above": None}


def index(request: Any) -> HttpResponse:
    """All of them; `?site=x` is the page of one."""
    key = request.GET.get("site", "")
    here = place_for(request.actor, request.scope, "watch.see")
    if request.method == "POST":
        to = f"{reverse('watch_sites')}?site={key}" if key else reverse("watch_sites")
        return done(request, to, _act(request, here, key))
    shown: dict[str, Any] = {"answers": site_queries.answers(request.actor, request.scope, key)}
    shown["why_not"] = why_not(request, "policies.set", root(request.actor))
    if key:
        shown["s"] = site_queries.site(request.actor, key)
        return draw(request, "watch/site.html", shown)
    shown |= {"sites": site_queries.sites(request.actor), "faults": site_queries.faults()}
    shown |= {"here": site_queries.switch(here), "switches": site_queries.switches(request.actor)}
    shown["why_not_here"] = why_not(request, "policies.set", here)
    return draw(request, "watch/sites.html", shown)


def _act(request: Any, here: Any, key: str) -> str:
    word = request.POST.get("on", "")
    if key:
        actions.switch_site(request.actor, root(request.actor), site=key, on=word == "on")
        return _("It is asked from now on.") if word == "on" else _("It is no longer asked.")
    actions.switch_asking(request.actor, here, on=WORDS.get(word))
    return _("Saved.")


urlpatterns = [
    screen(
        "watch/sites/",
        index,
        may="watch.see",
        name="watch_sites",
        does=("site.switch", "site.unit", "site.count"),
    ),
]

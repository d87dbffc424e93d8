"""Back from a SAML source, and what it must know of us."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from tabard.access import queries, saml
from tabard.access.screens.entry import arrived, refused
from tabard.kernel.screen import draw

ENCODED = re.compile(r"^[A-Za-z0-9+/=\s]{1,200000}$")


# The number of our request, kept in the browser's own session, is what a forged answer lacks.
@csrf_exempt
@require_POST
def come(request: Any, slug: str) -> HttpResponse:
    """The answer of a source. It comes without our cookie, so a page of ours sends it again."""
    source = queries.open_source(slug, "saml")
    answer = request.POST.get("SAMLResponse", "")
    if source is None or not ENCODED.match(answer):
        return refused(request, slug, "there is no such source, or no answer")
    if not request.POST.get("from_here"):
        return draw(request, "access/onward.html", {"answer": answer, "source": source})
    return arrived(request, source, lambda: saml.finish(request.session, source, answer))


@require_GET
def metadata(request: Any, slug: str) -> HttpResponse:
    """Our description, for whoever sets up the source."""
    source = queries.described_source(slug)
    if source is None:
        return refused(request, slug, "there is no such source")
    return HttpResponse(saml.description(source), content_type="application/samlmetadata+xml")

"""The addresses of SCIM: all of them one view, because the protocol knows its own."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
def scim(request: HttpRequest, path: str = "") -> HttpResponse:
    """The protocol, loaded when a directory asks for the first time: it is a quarter of a start."""
    from tabard.access.scim import view

    return view.scim(request, path)


urlpatterns = [path("", scim, name="scim"), path("<path:path>", scim)]

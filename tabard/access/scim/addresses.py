"""The addresses of SCIM: all of them one view, because the protocol knows its own."""

from django.urls import path

from tabard.access.scim.view import scim

urlpatterns = [path("", scim, name="scim"), path("<path:path>", scim)]

"""The addresses of sign-in and second factors: those of allauth that Tabard uses, and no sign-up."""

from __future__ import annotations

from allauth.account import views
from django.urls import include, path, re_path
from django.views.generic import TemplateView

from tabard.access.screens import entry, leaving, recovery, saml

urlpatterns = [
    path("", entry.login, name="account_login"),
    path("by/<slug:slug>/", entry.begin, name="source_begin"),
    path("by/<slug:slug>/back/", entry.back, name="source_back"),
    path("by/<slug:slug>/acs/", saml.come, name="source_acs"),
    path("by/<slug:slug>/metadata/", saml.metadata, name="source_metadata"),
    path("by/<slug:slug>/slo/", leaving.slo, name="source_slo"),
    path("by/<slug:slug>/logout/", leaving.told, name="source_logout"),
    path("by/<slug:slug>/out/", leaving.back, name="source_signed_out"),
    path("out/", leaving.out, name="account_logout"),
    path("again/", entry.again, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", entry.first_password, name="account_set_password"),
    path("password/reset/", entry.reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    # Both parts are parted by the first hyphen; the second has hyphens of its own.
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    # Named in the mail to an address that nobody here has; without it only those addresses met an error.
    path("up/", TemplateView.as_view(template_name="account/signup_closed.html"), name="account_signup"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("factor/totp/activate/", recovery.AppFirst.as_view(), name="mfa_activate_totp"),
    path("factor/webauthn/add/", recovery.PasskeyFirst.as_view(), name="mfa_add_webauthn"),
    path("factor/", include("allauth.mfa.urls")),
]

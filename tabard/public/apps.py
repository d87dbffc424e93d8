from django.apps import AppConfig


class PublicConfig(AppConfig):
    name = "tabard.public"

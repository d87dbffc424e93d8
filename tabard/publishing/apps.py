from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "tabard.publishing"

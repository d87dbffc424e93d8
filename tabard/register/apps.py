from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RegisterConfig(AppConfig):
    name = "tabard.register"

    def ready(self) -> None:
        from tabard.register.setup import keep_platforms

        post_migrate.connect(keep_platforms, sender=self)

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OrgConfig(AppConfig):
    name = "tabard.org"

    def ready(self) -> None:
        from tabard.org.setup import keep_roles

        post_migrate.connect(keep_roles, sender=self)

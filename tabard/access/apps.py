from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "tabard.access"

    def ready(self) -> None:
        from tabard.access import signing_in  # noqa: F401  (listens to signing in and out)

"""Wiring, once, when everything is loaded: who answers `may()`, who keeps the log."""

from django.apps import AppConfig


class TabardConfig(AppConfig):
    name = "tabard.config"

    def ready(self) -> None:
        from tabard.audit.record import record
        from tabard.kernel import actions, permissions, registry
        from tabard.org.catalogue import PERMISSIONS
        from tabard.org.reach import judge, reach

        permissions.wire(judge, reach, PERMISSIONS)
        actions.wire(record)
        registry.load()
        unknown = {spec.name: spec.may for spec in actions.registry.values() if spec.may not in PERMISSIONS}
        if unknown:
            raise LookupError(f"actions with permissions nobody knows: {unknown}")

"""Wiring, once, when everything is loaded: who answers `may()`, who keeps the log."""

from django.apps import AppConfig


class TabardConfig(AppConfig):
    name = "tabard.config"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_login_failed

        from tabard.access.standing import still_stands
        from tabard.audit.record import last_change, record
        from tabard.audit.refusals import denied, infected, sign_in_failed
        from tabard.kernel import actions, matching, permissions, refusals, registry
        from tabard.org.catalogue import PERMISSIONS
        from tabard.org.reach import judge, reach

        permissions.wire(judge, reach, PERMISSIONS)
        actions.wire(record, still_stands, infected)
        refusals.wire(denied)
        matching.wire(last_change)
        user_login_failed.connect(sign_in_failed, dispatch_uid="audit")
        registry.load()
        unknown = {spec.name: spec.may for spec in actions.registry.values() if spec.may not in PERMISSIONS}
        if unknown:
            raise LookupError(f"actions with permissions nobody knows: {unknown}")

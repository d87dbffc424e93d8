"""What the sender does is in the audit log, and on open screens, like everything else: in batches."""

from __future__ import annotations

from collections.abc import Sequence

from tabard.publishing.sender.database import Database, Row

_LOG = """
INSERT INTO audit_entry (at, actor_kind, actor_name, person_id, via, origin, action, kind, thing_id, label,
                         unit_id, unit_path, channel_id, before, after, notes)
SELECT now(), 'job', 'sender', NULL, 'job', 'publishing.sender',
       'delivery.' || coalesce(%(event)s::text, d.state),
       'publishing.delivery', d.id,
       left(p.title || ' · ' || coalesce(nullif(c.name, ''), c.handle), 200),
       u.id, u.path, c.id, '{}',
       jsonb_build_object('state', d.state, 'url', d.url, 'code', d.code, 'problem', d.problem,
                          'facts', d.facts),
       '{}'
FROM publishing_delivery d
JOIN posts_post p ON p.id = d.post_id
JOIN register_channel c ON c.id = d.channel_id
JOIN org_unit u ON u.id = c.unit_id
WHERE d.id = ANY (%(ids)s)
"""


async def logged(db: Database, ids: Sequence[int], event: str | None = None) -> None:
    """One audit entry for each of these deliveries: how it stands now, or what `event` says."""
    if ids:
        await db.execute(_LOG, {"ids": list(ids), "event": event})


async def told(db: Database, rows: Sequence[Row]) -> None:
    """Tell open screens which deliveries and posts changed."""
    names = {f"delivery {r['id']} {r['unit_id']}" for r in rows}
    names |= {f"post {r['post_id']} {r['unit_id']}" for r in rows}
    if names:
        await db.execute(
            "SELECT pg_notify('tabard_live', name) FROM unnest(%(names)s::text[]) AS name",
            {"names": sorted(names)},
        )

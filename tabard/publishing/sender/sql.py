"""The sender's questions to the database. Set-wise: one statement for many deliveries."""

from __future__ import annotations

# The first queued delivery of each channel that nothing else is going through; a thread that has begun is
# finished first. An unsure one blocks its
# channel while it is being looked for, not while it waits for a person.
HEADS = """
SELECT head.id
FROM (
    SELECT DISTINCT channel_id FROM publishing_delivery
    WHERE state = 'queued' AND turn > 0 AND next_at <= now() {only}
) waiting
CROSS JOIN LATERAL (
    SELECT d.id, d.next_at FROM publishing_delivery d
    WHERE d.channel_id = waiting.channel_id AND d.state = 'queued' AND d.turn > 0
    ORDER BY d.turn DESC, d.due_at, d.id LIMIT 1
) head
WHERE head.next_at <= now()
  AND NOT EXISTS (
    SELECT FROM publishing_delivery other
    WHERE other.channel_id = waiting.channel_id
      AND (other.state = 'sending' OR (other.state = 'unsure' AND NOT other.asks_person))
  )
LIMIT %(most)s
"""

# Everything that must hold in the moment a delivery leaves, read in the transaction that lets it.
CHECKS = """
    EXISTS (
        SELECT FROM publishing_hold h JOIN org_unit hu ON hu.id = h.unit_id
        WHERE h.lifted_at IS NULL
          AND CASE WHEN h.channel_id IS NULL THEN starts_with(u.path, hu.path) ELSE h.channel_id = c.id END
    ) AS held,
    d.scheduled_by_id IS NULL OR EXISTS (
        SELECT FROM org_grant g
        JOIN org_role r ON r.id = g.role_id
        JOIN org_unit gu ON gu.id = g.unit_id
        JOIN org_person p ON p.id = g.person_id AND p.is_active
        JOIN org_person me ON me.id = d.scheduled_by_id AND me.is_active
        WHERE (g.person_id = d.scheduled_by_id OR EXISTS (
                SELECT FROM org_absence a
                WHERE a.person_id = g.person_id AND a.deputy_id = d.scheduled_by_id AND a.ended_at IS NULL
                  AND a.starts_at <= now() AND a.ends_at > now()))
          AND g.ended_at IS NULL AND g.starts_at <= now() AND (g.ends_at IS NULL OR g.ends_at > now())
          AND 'posts.publish' = ANY (r.permissions)
          AND CASE WHEN g.channel_id IS NULL THEN starts_with(u.path, gu.path) ELSE g.channel_id = c.id END
    ) AS granted,
    (v.state = 'scheduled' OR (d.part > 0 AND v.state = 'handed_over'))
        AND v.approved_digest = d.digest AS approved,
    d.part = 0 OR (before.state = 'sent' AND before.remote_id <> '') AS answers,
    c.state IN ('active', 'dormant') AS in_use,
    k.id IS NOT NULL AND c.health <> 'revoked' AS connected
"""

JOINS = """
FROM publishing_delivery d
JOIN register_channel c ON c.id = d.channel_id
JOIN org_unit u ON u.id = c.unit_id
JOIN posts_variant v ON v.id = d.variant_id
LEFT JOIN publishing_delivery before ON before.id = d.follows_id
LEFT JOIN register_connection k ON k.channel_id = c.id
LEFT JOIN register_platformapp app ON app.platform_id = c.platform_id
"""

CLAIM = f"""
SELECT d.id, d.key, d.variant_id, d.post_id, d.channel_id, d.content, d.digest, d.own, d.prepared, d.due_at,
       d.tries, d.armed_at, d.part, d.parts, before.remote_id AS reply_to,
       c.platform_id, c.handle, c.remote_id, d.unit_id,
       k.base_url, k.secret, k.session, k.limits, k.servers, app.secret AS app, {CHECKS}
{JOINS}
WHERE d.id = ANY (%(ids)s) AND d.state = 'queued'
FOR UPDATE OF d SKIP LOCKED
"""

# An armed one of ours that is asked about again has not left: the answer to its arming was lost.
CHECK_AGAIN = f"""
SELECT d.id, {CHECKS}
{JOINS}
WHERE d.id = ANY (%(ids)s) AND d.state = 'sending' AND d.sender = %(sender)s
FOR UPDATE OF d
"""

TAKE = """
WITH taken AS (
    UPDATE publishing_delivery
    SET state = 'sending', sender = %(sender)s, claimed_at = now(), tries = tries + 1, armed_at = NULL
    WHERE id = ANY (%(ids)s)
    RETURNING id, tries
)
INSERT INTO publishing_attempt (delivery_id, number, sender, began_at, outcome, detail)
SELECT t.id, coalesce((SELECT max(number) FROM publishing_attempt a WHERE a.delivery_id = t.id), 0) + 1,
       %(sender)s, now(), '', ''
FROM taken t
"""

# Seen after the claim: the one before it is no longer on its way but unsure, so its successors wait.
GIVE_BACK = """
WITH back AS (
    UPDATE publishing_delivery d SET state = 'queued', sender = NULL, tries = tries - 1
    WHERE d.id = ANY (%(ids)s) AND EXISTS (
        SELECT FROM publishing_delivery other
        WHERE other.channel_id = d.channel_id AND other.state = 'unsure' AND NOT other.asks_person)
    RETURNING d.id
), undone AS (
    DELETE FROM publishing_attempt a USING back
    WHERE a.delivery_id = back.id AND a.sender = %(sender)s AND a.ended_at IS NULL
)
SELECT id FROM back
"""

PUT_ASIDE = """
WITH given AS (
    SELECT * FROM unnest(
        %(ids)s::bigint[], %(states)s::text[], %(said)s::text[], %(codes)s::text[], %(facts)s::jsonb[]
    ) AS g (id, state, said, code, facts)
), ended AS (
    UPDATE publishing_attempt a
    SET ended_at = now(), outcome = 'stopped', detail = g.said, facts = g.facts
    FROM given g WHERE a.delivery_id = g.id AND a.ended_at IS NULL
)
UPDATE publishing_delivery d
SET state = g.state, sender = NULL, armed_at = NULL, problem = g.said, facts = g.facts, code = g.code,
    asks_person = true
FROM given g WHERE d.id = g.id AND d.state = %(was)s
RETURNING d.id, d.post_id, d.unit_id, d.parts
"""

FILES = """
SELECT id, name, file, kind, mime, size, width, height, seconds, codec, sound, fps, pages, title
FROM library_asset WHERE id = ANY (%(ids)s)
"""

ARM = """
WITH given AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(own)s::jsonb[], %(prepared)s::jsonb[]) AS g (id, own, prepared)
), armed AS (
    UPDATE publishing_delivery d SET armed_at = clock_timestamp(), own = g.own, prepared = g.prepared
    FROM given g WHERE d.id = g.id RETURNING d.id, d.armed_at
)
UPDATE publishing_attempt a SET armed_at = armed.armed_at
FROM armed WHERE a.delivery_id = armed.id AND a.ended_at IS NULL AND a.sender = %(sender)s
"""

# What became of deliveries: of ours that are on their way, and of unsure ones that were asked about. A late
# success is believed even after the row was given up as unsure. A limit or a stop of ours is no try.
SETTLE = """
WITH given AS (
    SELECT * FROM unnest(
        %(ids)s::bigint[], %(states)s::text[], %(outcomes)s::text[], %(details)s::text[], %(codes)s::text[],
        %(remote)s::text[], %(urls)s::text[], %(next)s::timestamptz[], %(asks)s::bool[], %(found)s::bool[],
        %(own)s::jsonb[], %(prepared)s::jsonb[], %(facts)s::jsonb[]
    ) AS g (id, state, outcome, detail, code, remote_id, url, next_at, asks, found, own, prepared, facts)
), ended AS (
    UPDATE publishing_attempt a
    SET ended_at = now(), outcome = g.outcome, detail = g.detail, facts = g.facts
    FROM given g WHERE a.delivery_id = g.id AND a.sender = %(sender)s AND a.ended_at IS NULL
)
UPDATE publishing_delivery d
SET state = g.state,
    sender = NULL,
    tries = CASE WHEN g.outcome IN ('limited', 'stopped') AND d.tries > 0 THEN d.tries - 1 ELSE d.tries END,
    armed_at = CASE WHEN g.state = 'queued' THEN NULL ELSE d.armed_at END,
    sent_at = CASE WHEN g.state = 'sent' THEN CASE WHEN g.found THEN d.armed_at ELSE now() END
                   ELSE d.sent_at END,
    remote_id = CASE WHEN g.state = 'sent' THEN g.remote_id ELSE d.remote_id END,
    url = CASE WHEN g.state = 'sent' THEN g.url ELSE d.url END,
    next_at = coalesce(g.next_at, d.next_at),
    problem = CASE WHEN g.state = 'sent' THEN '' WHEN g.found AND g.detail = '' THEN d.problem
                   ELSE g.detail END,
    facts = CASE WHEN g.state <> 'sent' AND g.found AND g.detail = '' THEN d.facts ELSE g.facts END,
    code = CASE WHEN g.state = 'sent' THEN '' WHEN g.found AND g.code = '' THEN d.code ELSE g.code END,
    asks_person = g.asks,
    own = g.own, prepared = g.prepared
FROM given g
WHERE d.id = g.id
  AND CASE WHEN g.found THEN d.state = 'unsure' AND NOT d.asks_person
           ELSE (d.state = 'sending' AND d.sender = %(sender)s) OR (d.state = 'unsure' AND g.state = 'sent')
      END
RETURNING d.id, d.variant_id, d.post_id, d.channel_id, d.unit_id, d.state, d.parts,
    d.state <> 'queued' AND (NOT g.found OR d.state <> 'unsure' OR d.asks_person) AS tell
"""

HAND_OVER = """
UPDATE posts_variant SET state = 'handed_over' WHERE id = ANY (%(variants)s) AND state = 'scheduled'
"""

TOUCH = """
UPDATE register_channel SET last_activity_at = now(), health = 'healthy', problem = '', problem_at = NULL
WHERE id = ANY (%(channels)s)
  AND (health <> 'healthy' OR last_activity_at IS NULL OR last_activity_at < now() - interval '1 minute')
"""

REVOKE = """
UPDATE register_channel
SET health = 'revoked', problem = %(problem)s, problem_facts = %(facts)s, problem_at = now()
WHERE id = %(channel)s
"""

BEAT = """
INSERT INTO publishing_sender (key, name, started_at, beat_at) VALUES (%(sender)s, %(name)s, now(), now())
ON CONFLICT (key) DO UPDATE SET beat_at = now()
"""

KEEP_SESSION = """
UPDATE register_connection SET session = %(session)s, checked_at = now() WHERE channel_id = %(channel)s
"""

# Of senders that no longer beat, and of ours what we do not hold (the answer to its claim was lost): what had
# not been armed is queued again, what had is unsure.
REAP = """
WITH dead AS (
    SELECT d.id, d.armed_at FROM publishing_delivery d
    LEFT JOIN publishing_sender s ON s.key = d.sender
    WHERE d.state = 'sending'
      AND CASE WHEN d.sender = %(sender)s
               THEN d.claimed_at < now() - interval '10 seconds' AND NOT d.id = ANY (%(mine)s)
               ELSE s.key IS NULL OR s.beat_at < now() - make_interval(secs => %(silence)s) END
    FOR UPDATE OF d SKIP LOCKED
), ended AS (
    UPDATE publishing_attempt a SET ended_at = now(), outcome = 'died', detail = %(said)s
    FROM dead WHERE a.delivery_id = dead.id AND a.ended_at IS NULL
)
UPDATE publishing_delivery d
SET state = CASE WHEN dead.armed_at IS NULL THEN 'queued' ELSE 'unsure' END,
    sender = NULL, next_at = now(),
    problem = CASE WHEN dead.armed_at IS NULL THEN d.problem ELSE %(said)s END,
    facts = CASE WHEN dead.armed_at IS NULL THEN d.facts ELSE '{}' END,
    code = CASE WHEN dead.armed_at IS NULL THEN d.code ELSE 'died' END
FROM dead WHERE d.id = dead.id
RETURNING d.id, d.variant_id, d.post_id, d.channel_id, d.unit_id, d.state
"""

FORGET = """
DELETE FROM publishing_sender s
WHERE s.beat_at < now() - interval '1 hour'
  AND NOT EXISTS (SELECT FROM publishing_delivery d WHERE d.sender = s.key AND d.state = 'sending')
"""

NEXT = """
SELECT extract(epoch FROM min(next_at) - now())::float8 AS seconds
FROM publishing_delivery WHERE state = 'queued' AND turn > 0
"""

# Unsure ones whose turn it is; `lease` seconds nobody else asks about them.
LEASE = """
WITH mine AS (
    SELECT id FROM publishing_delivery
    WHERE state = 'unsure' AND NOT asks_person AND next_at <= now()
    ORDER BY next_at, id LIMIT %(most)s FOR UPDATE SKIP LOCKED
)
UPDATE publishing_delivery d SET next_at = now() + make_interval(secs => %(lease)s)
FROM mine WHERE d.id = mine.id
RETURNING d.id
"""

READ_UNSURE = f"""
SELECT d.id, d.key, d.post_id, d.channel_id, d.content, d.own, d.prepared, d.due_at, d.tries, d.armed_at,
       d.part, d.parts, before.remote_id AS reply_to, c.platform_id, c.handle, c.remote_id, d.unit_id,
       k.base_url, k.secret, k.session, k.limits, k.servers, app.secret AS app
{JOINS}
WHERE d.id = ANY (%(ids)s)
"""

# Removals whose turn it is, the last part first, with the way to their channel; `lease` seconds nobody else
# tries the same.
LEASE_REMOVALS = """
WITH mine AS (
    SELECT d.id FROM publishing_delivery d WHERE d.state = 'removing' AND d.next_at <= now()
      AND NOT EXISTS (
        SELECT FROM publishing_delivery after
        WHERE after.variant_id = d.variant_id AND after.part > d.part AND after.state = 'removing')
    ORDER BY d.next_at, d.id LIMIT %(most)s FOR UPDATE OF d SKIP LOCKED
), leased AS (
    UPDATE publishing_delivery d SET next_at = now() + make_interval(secs => %(lease)s)
    FROM mine WHERE d.id = mine.id RETURNING d.*
)
SELECT d.id, d.variant_id, d.part, d.channel_id, d.removal_asked_at, d.remote_id AS post,
       c.platform_id, c.handle, c.remote_id, k.base_url, k.secret, k.session, k.limits, k.servers,
       app.secret AS app
FROM leased d
JOIN register_channel c ON c.id = d.channel_id
LEFT JOIN register_connection k ON k.channel_id = c.id
LEFT JOIN register_platformapp app ON app.platform_id = c.platform_id
"""

END_REMOVAL = """
UPDATE publishing_delivery d
SET state = %(state)s::text, problem = %(said)s, facts = %(facts)s, code = %(code)s, asks_person = %(asks)s,
    next_at = coalesce(%(next)s::timestamptz, d.next_at),
    removed_at = CASE WHEN %(state)s::text = 'removed' THEN now() END
WHERE d.id = %(id)s AND d.state = 'removing'
RETURNING d.id, d.variant_id, d.post_id, d.channel_id, d.unit_id, d.state
"""

WITHDRAW = "UPDATE posts_variant SET state = 'withdrawn' WHERE id = %(variant)s AND state = 'handed_over'"

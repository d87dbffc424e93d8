-- What `tabard demo --scale full` writes; each statement is named, `tabard/demo/scale.py` runs them in turn.
-- Nothing of it is ever sent: no channel here has a connection, and digests are of the text alone.

-- name: people
INSERT INTO org_person (password, email, name, title, unit_id, language, zone, theme, single_keys, is_active,
                        joined_at, left_at, search)
SELECT %(password)s, 'person' || n || '@meridian.example', made.name,
       (ARRAY['Writer', 'Editor', 'Designer', 'Community manager', 'Analyst'])[1 + n %% 5],
       (%(units)s::bigint[])[1 + n %% %(unit_count)s], 'en', 'UTC', 'system', true, n %% 40 <> 0,
       %(begins)s, CASE WHEN n %% 40 = 0 THEN now() END,
       lower(made.name) || ' person' || n || '@meridian.example'
FROM generate_series(0, %(people)s - 1) n,
     LATERAL (SELECT (%(first)s::text[])[1 + n %% %(first_count)s] || ' '
                  || (%(last)s::text[])[1 + (n / 7) %% %(last_count)s] AS name) made;

-- name: grants
INSERT INTO org_grant (person_id, role_id, unit_id, channel_id, starts_at, ends_at, reason, grantor_id,
                       created_at, ended_at, ended_by_id, end_reason)
SELECT person.id, role.id, person.unit_id, NULL, person.joined_at + k * interval '90 days',
       CASE WHEN k = 0 THEN now() + interval '300 days' END, 'Works there', %(owner)s,
       person.joined_at + k * interval '90 days', CASE WHEN k = 1 THEN now() - interval '10 days' END,
       CASE WHEN k = 1 THEN %(owner)s END, CASE WHEN k = 1 THEN 'Moved on' ELSE '' END
FROM org_person person CROSS JOIN generate_series(0, 2) k
JOIN org_role role ON role.slug = (%(roles)s::text[])[1 + (person.id + k) %% 6]
WHERE person.is_active AND person.email LIKE 'person%%';

-- name: channels
INSERT INTO register_channel (unit_id, platform_id, handle, name, url, remote_id, former_handles, reference,
    state, owner_id, deputy_id, purpose, audience, languages, business_manager, recovery_email,
    recovery_owner_id, second_factor, admins, followers, last_activity_at, health, problem, problem_at,
    created_at, search)
SELECT unit.id, 'practice', 'meridian_' || n, unit.name || ' ' || n, '', 'remote-' || n, '{}', 'CH-' || n,
       CASE WHEN n %% 25 = 0 THEN 'dormant' ELSE 'active' END,
       CASE WHEN n %% 11 <> 0 THEN staff.ids[1] END, CASE WHEN n %% 5 <> 0 THEN staff.ids[2] END,
       'Recipes, products and people', '', '{en}', '', '', NULL,
       (ARRAY['on', 'on', 'on', 'unknown', 'off'])[1 + n %% 5], '{}', 900 + n * 131 %% 400000,
       now() - (n %% 300) * interval '5 hours',
       CASE n %% 60 WHEN 0 THEN 'failing' WHEN 1 THEN 'revoked' ELSE 'healthy' END,
       CASE WHEN n %% 60 < 2 THEN 'The platform does not accept its key.' ELSE '' END,
       CASE WHEN n %% 60 < 2 THEN now() - interval '2 days' END, %(begins)s,
       'meridian_' || n || ' ' || lower(unit.name) || ' ' || n || ' recipes, products and people'
FROM generate_series(0, %(channels)s - 1) n
JOIN org_unit unit ON unit.id = (%(units)s::bigint[])[1 + n %% %(unit_count)s],
     LATERAL (SELECT array_agg(id ORDER BY id) AS ids FROM org_person
              WHERE unit_id = unit.id AND is_active) staff;

-- name: posts
INSERT INTO posts_post (id, unit_id, campaign_id, author_id, channel_id, title, text, link, language, due_date,
    due_time, zone, due_at, revision, created_at, changed_at, deleted_at, search, platforms)
SELECT i, channel.unit_id, NULL, staff.ids[1 + i %% array_length(staff.ids, 1)], NULL,
       said.title || ' ' || i, said.text || ' ' || thing.name, '', 'en', due.at::date, due.at::time, 'UTC', due.at,
       1, due.at - interval '6 days', least(due.at - interval '2 days', now() - (i::bigint * 7919 %% 86400) * interval '1 minute'),
       NULL, said.search || ' ' || i || ' ' || thing.name, '{practice}'
FROM generate_series(%(low)s, %(high)s) i
JOIN told said ON said.n = i * 31 %% %(told)s
JOIN thing ON thing.n = i * 17 %% %(things)s
JOIN made_channel channel ON channel.n = i::bigint * 7919 %% %(channels)s
JOIN staff ON staff.unit_id = channel.unit_id,
     LATERAL (SELECT date_trunc('minute', %(begins)s::timestamptz + i * %(step)s::interval) AS at) due;

-- name: variants
INSERT INTO posts_variant (id, post_id, channel_id, placement, text, link, attachment_ids, options, state,
                           schedule_for_id, approved_digest)
SELECT post.id, post.id, channel.id, '', NULL, NULL, NULL, '{}', stands.state, NULL,
       CASE WHEN stands.state IN ('approved', 'scheduled', 'handed_over')
            THEN encode(sha256(convert_to(post.text, 'UTF8')), 'hex') ELSE '' END
FROM posts_post post
JOIN made_channel channel ON channel.n = post.id * 7919 %% %(channels)s,
     LATERAL (SELECT CASE
         WHEN post.due_at < now() THEN CASE WHEN post.id %% 97 = 0 THEN 'draft' ELSE 'handed_over' END
         WHEN post.id %% 10 < 2 THEN 'draft'
         WHEN post.id %% 10 = 2 AND post.due_at < now() + interval '21 days' THEN 'in_review'
         WHEN post.id %% 10 = 3 THEN 'approved'
         WHEN post.due_at < now() + interval '45 days' THEN 'scheduled'
         ELSE 'draft' END AS state) stands
WHERE post.id BETWEEN %(low)s AND %(high)s;

-- name: deliveries
INSERT INTO publishing_delivery (variant_id, post_id, channel_id, unit_id, scheduled_by_id, key, digest, content,
    due_at, state, own, prepared, sender, claimed_at, armed_at, tries, next_at, sent_at, remote_id, url, problem,
    code, asks_person)
SELECT variant.id, post.id, variant.channel_id, post.unit_id, post.author_id, gen_random_uuid(),
       variant.approved_digest,
       jsonb_build_object('text', post.text, 'placement', '', 'link', '', 'language', 'en', 'options', '{}'::jsonb,
                          'media', '[]'::jsonb, 'channel', jsonb_build_object('id', variant.channel_id,
                          'platform', 'practice', 'handle', channel.handle, 'remote_id', channel.remote_id)),
       post.due_at, went.state, '{}', '{}', NULL, NULL,
       CASE WHEN went.state IN ('sent', 'unsure') THEN post.due_at END,
       CASE WHEN went.state = 'queued' THEN 0 ELSE 1 END, post.due_at,
       CASE WHEN went.state = 'sent' THEN post.due_at END,
       CASE WHEN went.state = 'sent' THEN 'p' || post.id ELSE '' END, '',
       CASE went.state WHEN 'failed' THEN 'The platform refused it: the text is too long.'
                       WHEN 'unsure' THEN 'No answer came. Look on the platform whether it is there.' ELSE '' END,
       CASE went.state WHEN 'failed' THEN 'refused' WHEN 'unsure' THEN 'lost' ELSE '' END,
       went.state IN ('failed', 'unsure') AND post.due_at > now() - interval '7 days'
FROM posts_variant variant
JOIN posts_post post ON post.id = variant.post_id
JOIN register_channel channel ON channel.id = variant.channel_id,
     LATERAL (SELECT CASE WHEN variant.state = 'scheduled' THEN 'queued' WHEN post.id %% 300 = 0 THEN 'failed'
                          WHEN post.id %% 4001 = 0 THEN 'unsure' ELSE 'sent' END AS state) went
WHERE variant.id BETWEEN %(low)s AND %(high)s AND variant.state IN ('scheduled', 'handed_over');

-- name: approvals
WITH asked AS (
    INSERT INTO approvals_approval (subject_kind, subject_id, group_id, title, unit_id, channel_id, author_ids,
        digest, content, state, asked_by_id, asked_at, note, due_at, ended_at, voided)
    SELECT 'variant', variant.id, post.id, left(post.title || ' · ' || channel.name, 200), post.unit_id,
           variant.channel_id, ARRAY[post.author_id], encode(sha256(convert_to(post.text, 'UTF8')), 'hex'),
           jsonb_build_object('text', post.text), 'asked', post.author_id,
           now() - (post.id %% 3000) * interval '1 minute', '', NULL, NULL, NULL
    FROM posts_variant variant JOIN posts_post post ON post.id = variant.post_id
    JOIN register_channel channel ON channel.id = variant.channel_id
    WHERE variant.state = 'in_review' RETURNING id)
INSERT INTO approvals_step (approval_id, position, name, role, person_id, needed, own_work, done_at)
SELECT id, 0, 'Approval', 'approver', NULL, 1, false, NULL FROM asked;

-- name: campaigns
INSERT INTO posts_campaign (unit_id, name, starts_on, ends_on)
SELECT id, 'Season of ' || name, current_date - (id %% 40)::int, current_date + (id %% 50)::int FROM org_unit;

-- name: holds
INSERT INTO publishing_hold (unit_id, channel_id, reason, pressed_by_id, pressed_at, lifted_by_id, lifted_at)
SELECT id, NULL, 'Breaking news about the plant', %(owner)s, now() - id * interval '1 day', %(owner)s,
       now() - id * interval '1 day' + interval '2 hours'
FROM org_unit WHERE parent_id IS NOT NULL;

-- name: log
INSERT INTO audit_entry (at, actor_kind, actor_name, person_id, via, origin, action, kind, thing_id, label, unit_id,
                         unit_path, channel_id, before, after, notes)
SELECT post.created_at, 'person', person.name, person.id, 'screen', '', 'post.make', 'posts.post', post.id,
       post.title, post.unit_id, unit.path, NULL, '{}', jsonb_build_object('title', post.title), '{}'
FROM posts_post post JOIN org_person person ON person.id = post.author_id JOIN org_unit unit ON unit.id = post.unit_id
WHERE post.id BETWEEN %(low)s AND %(high)s ORDER BY post.id;

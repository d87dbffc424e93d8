"""What every request and every sign-in asks.

The grants somebody acts on are a function: PostgreSQL keeps its plan for as long as a connection lives.
People are found by an e-mail in any case of letters, which Django asks by capitals.
"""

from django.db import migrations, models
from django.db.models.functions import Upper

HELD = """
CREATE FUNCTION org_grants_held(asker bigint, moment timestamptz)
RETURNS TABLE (permissions text, path text, channel bigint, role text, until timestamptz, through text)
LANGUAGE plpgsql STABLE AS $held$
BEGIN
    RETURN QUERY
    SELECT array_to_string(r.permissions, ' '), u.path::text, g.channel_id, r.slug::text, g.ends_at,
           CASE WHEN g.person_id = asker THEN '' ELSE p.name::text END
    FROM org_grant g
    JOIN org_person p ON p.id = g.person_id AND p.is_active
    JOIN org_role r ON r.id = g.role_id
    JOIN org_unit u ON u.id = g.unit_id
    WHERE g.person_id = ANY (asker || ARRAY(
              SELECT a.person_id FROM org_absence a
              WHERE a.deputy_id = asker AND a.ended_at IS NULL AND a.starts_at <= moment AND a.ends_at > moment))
      AND g.ended_at IS NULL AND g.starts_at <= moment AND (g.ends_at IS NULL OR g.ends_at > moment);
END $held$;
"""
BACK = "DROP FUNCTION org_grants_held(bigint, timestamptz);"


class Migration(migrations.Migration):
    dependencies = [("org", "0005_past")]
    operations = [
        migrations.RunSQL(HELD, BACK),
        migrations.AddIndex("person", models.Index(Upper("email"), name="person_by_email")),
    ]

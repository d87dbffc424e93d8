"""A new grant on a channel stands in the unit of that channel: nobody gives rights on a channel of others."""

from django.db import migrations

SQL = """
CREATE FUNCTION guard_grant_channel() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
    -- Whoever moves one of the channels waits for us, or we for them.
    PERFORM 1 FROM register_channel c WHERE c.id IN (SELECT channel_id FROM fresh) ORDER BY c.id FOR SHARE;
    IF EXISTS (SELECT 1 FROM fresh g WHERE g.channel_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM register_channel c WHERE c.id = g.channel_id AND c.unit_id = g.unit_id)) THEN
        RAISE EXCEPTION 'a grant on a channel of another unit'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_where_channel_is';
    END IF;
    RETURN NULL;
END $guard$;
CREATE TRIGGER guard_grant_channel AFTER INSERT ON org_grant REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION guard_grant_channel();
"""
BACK = "DROP TRIGGER guard_grant_channel ON org_grant; DROP FUNCTION guard_grant_channel();"


class Migration(migrations.Migration):
    dependencies = [("register", "0007_problems"), ("org", "0005_past")]
    operations = [migrations.RunSQL(SQL, BACK)]

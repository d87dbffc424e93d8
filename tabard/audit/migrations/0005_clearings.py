"""The two losses the log permits, exactly: erasing a salt with its values, and removing what is past its term."""

from django.db import migrations

SQL = """
CREATE OR REPLACE FUNCTION audit_entry_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    allowed audit_entry;
    now_tx bigint := pg_current_xact_id()::text::bigint;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.erased_in IS NOT NULL AND EXISTS (
            SELECT 1 FROM audit_clearing c WHERE c.id = NEW.erased_in AND c.kind = 'erase' AND c.tx = now_tx
        ) THEN
            allowed := OLD;
            allowed.erased_in := NEW.erased_in;
            IF OLD.salt_who IS NOT NULL AND NEW.salt_who IS NULL THEN
                allowed.digest_who := sha256(
                    uuid_send(OLD.salt_who) || record_send(ROW(OLD.actor_name::text, OLD.origin::text)));
                allowed.salt_who := NULL;
                allowed.actor_name := '';
                allowed.origin := '';
            END IF;
            IF OLD.salt_what IS NOT NULL AND NEW.salt_what IS NULL THEN
                allowed.digest_what := sha256(uuid_send(OLD.salt_what) || record_send(
                    ROW(OLD.label::text, OLD.before::text, OLD.after::text, OLD.notes::text)));
                allowed.salt_what := NULL;
                allowed.label := '';
                allowed.before := '{}';
                allowed.after := '{}';
                allowed.notes := '{}';
            END IF;
            IF allowed IS NOT DISTINCT FROM NEW THEN
                RETURN NEW;
            END IF;
        END IF;
    ELSIF TG_OP = 'DELETE' THEN
        IF EXISTS (
            SELECT 1 FROM audit_clearing c
            WHERE c.kind = 'remove' AND c.tx = now_tx AND c.last_id >= OLD.id
        ) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'the audit log is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION audit_seal_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    allowed audit_seal;
BEGIN
    IF TG_OP = 'UPDATE' AND EXISTS (
        SELECT 1 FROM audit_clearing c
        WHERE c.kind = 'remove' AND c.tx = pg_current_xact_id()::text::bigint AND c.last_id >= OLD.last_id
    ) THEN
        allowed := OLD;
        allowed.leaves := '';
        IF allowed IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the seals of the audit log stay: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_seal_stays BEFORE UPDATE OR DELETE ON audit_seal
    FOR EACH ROW EXECUTE FUNCTION audit_seal_stays();
CREATE TRIGGER audit_seal_stays_whole BEFORE TRUNCATE ON audit_seal
    FOR EACH STATEMENT EXECUTE FUNCTION audit_seal_stays();
-- Digests do not get smaller; do not try.
ALTER TABLE audit_seal ALTER COLUMN leaves SET STORAGE EXTERNAL;

CREATE FUNCTION audit_clearing_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'clearings of the audit log stay: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_clearing_stays BEFORE UPDATE OR DELETE ON audit_clearing
    FOR EACH ROW EXECUTE FUNCTION audit_clearing_stays();
CREATE TRIGGER audit_clearing_stays_whole BEFORE TRUNCATE ON audit_clearing
    FOR EACH STATEMENT EXECUTE FUNCTION audit_clearing_stays();
"""
BACK = """
DROP TRIGGER audit_clearing_stays ON audit_clearing;
DROP TRIGGER audit_clearing_stays_whole ON audit_clearing;
DROP FUNCTION audit_clearing_stays();
DROP TRIGGER audit_seal_stays ON audit_seal;
DROP TRIGGER audit_seal_stays_whole ON audit_seal;
DROP FUNCTION audit_seal_stays();
CREATE OR REPLACE FUNCTION audit_entry_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_sealing")]
    operations = [migrations.RunSQL(SQL, BACK)]

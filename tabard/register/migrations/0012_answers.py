"""Who answers for a channel and who backs them stand with the channel, and the database keeps them right.

Every list of channels asked for them over five joins. They follow from the channel's own people, those of its
unit and who is still here; whichever of these changes, in whatever way, both are found anew.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FOUND = """
CREATE FUNCTION channel_people() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    home org_unit%ROWTYPE;
BEGIN
    IF TG_OP = 'INSERT' OR NEW.unit_id IS DISTINCT FROM OLD.unit_id THEN
        -- Whoever changes the unit's people meanwhile does not see this channel in it yet, and must wait.
        SELECT * INTO home FROM org_unit WHERE id = NEW.unit_id FOR SHARE;
    ELSE
        SELECT * INTO home FROM org_unit WHERE id = NEW.unit_id;
    END IF;
    NEW.answers_id := (
        SELECT p.id FROM (VALUES (1, NEW.owner_id), (2, home.lead_id)) AS may (place, id)
        JOIN org_person p USING (id) WHERE p.is_active ORDER BY place LIMIT 1
    );
    NEW.backs_id := (
        SELECT p.id
        FROM (VALUES (1, NEW.deputy_id), (2, home.deputy_id), (3, home.lead_id)) AS may (place, id)
        JOIN org_person p USING (id)
        WHERE p.is_active AND p.id IS DISTINCT FROM NEW.answers_id ORDER BY place LIMIT 1
    );
    RETURN NEW;
END $$;

CREATE TRIGGER channel_people
    BEFORE INSERT OR UPDATE OF owner_id, deputy_id, unit_id, answers_id, backs_id ON register_channel
    FOR EACH ROW EXECUTE FUNCTION channel_people();

CREATE FUNCTION unit_people_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM org_person WHERE id IN (NEW.lead_id, NEW.deputy_id) FOR SHARE;
    UPDATE register_channel SET answers_id = answers_id WHERE unit_id = NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER unit_people_changed AFTER UPDATE OF lead_id, deputy_id ON org_unit FOR EACH ROW
    WHEN (OLD.lead_id IS DISTINCT FROM NEW.lead_id OR OLD.deputy_id IS DISTINCT FROM NEW.deputy_id)
    EXECUTE FUNCTION unit_people_changed();

CREATE FUNCTION person_came_or_went() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE register_channel SET answers_id = answers_id
    WHERE owner_id = NEW.id OR deputy_id = NEW.id
       OR unit_id IN (SELECT id FROM org_unit WHERE lead_id = NEW.id OR deputy_id = NEW.id);
    RETURN NULL;
END $$;

CREATE TRIGGER person_came_or_went AFTER UPDATE OF is_active ON org_person FOR EACH ROW
    WHEN (OLD.is_active <> NEW.is_active) EXECUTE FUNCTION person_came_or_went();

UPDATE register_channel SET answers_id = NULL;
SET CONSTRAINTS ALL IMMEDIATE;
"""

FORGOTTEN = """
DROP TRIGGER person_came_or_went ON org_person;
DROP TRIGGER unit_people_changed ON org_unit;
DROP TRIGGER channel_people ON register_channel;
DROP FUNCTION person_came_or_went();
DROP FUNCTION unit_people_changed();
DROP FUNCTION channel_people();
"""


def _person() -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        editable=False,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
    )


class Migration(migrations.Migration):
    dependencies = [("register", "0011_findings")]
    operations = [
        migrations.AddField("channel", "answers", _person()),
        migrations.AddField("channel", "backs", _person()),
        migrations.RunSQL(FOUND, FORGOTTEN),
    ]

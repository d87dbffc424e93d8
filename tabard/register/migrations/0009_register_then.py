"""What a channel was is kept: its names, where it stood, who answered for it and what was said of it."""

from django.db import migrations

from tabard.kernel.past import KeepPast
from tabard.register.past import KEPT

MARK = """
INSERT INTO org_past (kind, thing_id, until, value) VALUES ('reg_since', 0, clock_timestamp(), '{}');
"""


class Migration(migrations.Migration):
    dependencies = [("register", "0008_grants_where_channels_are")]
    operations = [
        migrations.RunSQL("DROP TRIGGER past_register_channel ON register_channel;", migrations.RunSQL.noop),
        KeepPast("register_channel", "channel", list(KEPT)),
        migrations.RunSQL(MARK, "DELETE FROM org_past WHERE kind = 'reg_since';"),
    ]

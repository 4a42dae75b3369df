"""A decision about telling stays as it was."""

from django.db import migrations

TABLE = "datamap_telling"


class Migration(migrations.Migration):
    replaces = [
        ("datamap", "0006_telling_stays"),
    ]
    dependencies = [
        ("datamap", "0001_tables"),
        ("audit", "0002_ledger_stays_as_written"),
    ]

    operations = [
        migrations.RunSQL(
            f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE} "
            "FOR EACH ROW EXECUTE FUNCTION lumina_append_only()",
            f"DROP TRIGGER {TABLE}_append_only ON {TABLE}",
        )
    ]

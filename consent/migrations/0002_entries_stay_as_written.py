"""Permission entries refuse change."""

from django.db import migrations

TABLE = "consent_permissionentry"


class Migration(migrations.Migration):
    replaces = [
        ("consent", "0002_append_only"),
    ]
    dependencies = [
        ("consent", "0001_tables"),
        ("audit", "0002_ledger_stays_as_written"),
    ]

    operations = [
        migrations.RunSQL(
            f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE} "
            "FOR EACH ROW EXECUTE FUNCTION lumina_append_only()",
            f"DROP TRIGGER {TABLE}_append_only ON {TABLE}",
        )
    ]

"""Permission entries refuse change."""

from django.db import migrations

TABLES = ("consent_permissionentry",)


class Migration(migrations.Migration):
    dependencies = [("consent", "0001_permissions"), ("audit", "0002_append_only")]

    operations = [
        migrations.RunSQL(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION lumina_append_only()",
            f"DROP TRIGGER {table}_append_only ON {table}",
        )
        for table in TABLES
    ]

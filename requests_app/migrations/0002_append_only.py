"""Events and decisions refuse change."""

from django.db import migrations

TABLES = ("requests_app_caseevent", "requests_app_decision")


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0001_cases"), ("audit", "0002_append_only")]

    operations = [
        migrations.RunSQL(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION lumina_append_only()",
            f"DROP TRIGGER {table}_append_only ON {table}",
        )
        for table in TABLES
    ]

"""A ruling refuses change, but for its words under another key."""

from django.db import migrations

TABLE = "requests_app_ruling"


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0023_rulings"),
        ("audit", "0004_rotation"),
    ]

    operations = [
        migrations.RunSQL(
            f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE} "
            "FOR EACH ROW EXECUTE FUNCTION lumina_append_only('words')",
            f"DROP TRIGGER {TABLE}_append_only ON {TABLE}",
        )
    ]

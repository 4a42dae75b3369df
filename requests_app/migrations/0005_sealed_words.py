"""The words of a decision may be encrypted anew under another key."""

from django.db import migrations

TABLE = "requests_app_decision"
CREATE = (
    f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE} "
    "FOR EACH ROW EXECUTE FUNCTION lumina_append_only({})"
)
DROP = f"DROP TRIGGER {TABLE}_append_only ON {TABLE}"


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0004_row_decisions_know_the_standing"),
        ("audit", "0004_rotation"),
    ]

    operations = [
        migrations.RunSQL([DROP, CREATE.format("'words'")], [DROP, CREATE.format("")])
    ]

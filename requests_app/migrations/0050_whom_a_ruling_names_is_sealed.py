"""Who carried a value that was ruled on may be encrypted anew, like the value itself.

Without it a master key could never be retired: the trigger of the table lets nothing
change but the columns that it names (migration audit.0004).
"""

from django.db import migrations

TABLE = "requests_app_identifierruling"
DROP = f"DROP TRIGGER {TABLE}_append_only ON {TABLE};"


def trigger(columns: str) -> str:
    """Return the SQL by which only ``columns`` may be encrypted anew."""
    return DROP + (
        f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE} "
        f"FOR EACH ROW EXECUTE FUNCTION lumina_append_only({columns})"
    )


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0049_what_an_answer_tells")]

    operations = [
        migrations.RunSQL(
            trigger("'value', 'holders', 'reason'"), trigger("'value', 'reason'")
        )
    ]

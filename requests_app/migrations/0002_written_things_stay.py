"""Events, decisions, rulings and letters refuse change."""

from django.db import migrations

# Each with the columns that may be encrypted under another key.
TABLES = {
    "requests_app_caseevent": (),
    "requests_app_decision": ("words",),
    "requests_app_identifierruling": ("value", "holders", "reason"),
    "requests_app_letter": ("body",),
    "requests_app_ruling": ("words",),
}


def append_only(table: str, columns: tuple[str, ...]) -> migrations.RunSQL:
    """Return what makes ``table`` refuse change, but for ``columns``."""
    named = ", ".join(f"'{column}'" for column in columns)
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION lumina_append_only({named})",
        f"DROP TRIGGER {table}_append_only ON {table}",
    )


class Migration(migrations.Migration):
    replaces = [
        ("requests_app", "0002_append_only"),
        ("requests_app", "0005_sealed_words"),
        ("requests_app", "0013_letters_stay_as_written"),
        ("requests_app", "0024_rulings_stay_as_ruled"),
        ("requests_app", "0050_whom_a_ruling_names_is_sealed"),
    ]
    dependencies = [
        ("requests_app", "0001_tables"),
        ("audit", "0002_ledger_stays_as_written"),
    ]

    operations = [append_only(table, columns) for table, columns in TABLES.items()]

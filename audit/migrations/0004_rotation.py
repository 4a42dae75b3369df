"""Append-only rows may have the columns that their trigger names encrypted anew.

Without it a master key could never be retired. The owner alone has the right to UPDATE,
and a row may differ in nothing but those columns.
"""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION lumina_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A disposal run may remove rows at the end of their line (decision E11), inside its
    -- own transaction; nothing may ever change one.
    IF TG_OP = 'DELETE' AND current_setting('lumina.disposal', true) = 'on' THEN
        RETURN OLD;
    END IF;
    {rotation}
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""
ROTATION = """
    -- The key under which a column is encrypted may change, its row may not.
    IF TG_OP = 'UPDATE' AND TG_NARGS > 0
       AND current_setting('lumina.rotation', true) = 'on'
       AND to_jsonb(OLD) - TG_ARGV::text[] = to_jsonb(NEW) - TG_ARGV::text[] THEN
        RETURN NEW;
    END IF;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_opaque_names")]

    operations = [
        migrations.RunSQL(
            FUNCTION.format(rotation=ROTATION), FUNCTION.format(rotation="")
        )
    ]

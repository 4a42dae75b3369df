"""The ledger refuses change, and every new event waits for its seal.

Other apps hang their append-only tables on the same function. A column that a trigger
names may be encrypted anew, or a master key could never be retired: the owner alone has
the right to UPDATE, and a row may differ in nothing but those columns.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION lumina_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A disposal run may remove rows at the end of their line (decision E11), inside its
    -- own transaction; nothing may ever change one.
    IF TG_OP = 'DELETE' AND current_setting('lumina.disposal', true) = 'on' THEN
        RETURN OLD;
    END IF;
    -- The key under which a column is encrypted may change, its row may not.
    IF TG_OP = 'UPDATE' AND TG_NARGS > 0
       AND current_setting('lumina.rotation', true) = 'on'
       AND to_jsonb(OLD) - TG_ARGV::text[] = to_jsonb(NEW) - TG_ARGV::text[] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION lumina_append_only();
CREATE TRIGGER audit_seal_append_only BEFORE UPDATE OR DELETE ON audit_seal
    FOR EACH ROW EXECUTE FUNCTION lumina_append_only();

CREATE FUNCTION audit_await_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_unsealed (event_id) SELECT id FROM added;
    RETURN NULL;
END $$;

CREATE TRIGGER audit_event_await_seal AFTER INSERT ON audit_event
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION audit_await_seal();
"""

REVERSE = """
DROP TRIGGER audit_event_await_seal ON audit_event;
DROP FUNCTION audit_await_seal();
DROP TRIGGER audit_seal_append_only ON audit_seal;
DROP TRIGGER audit_event_append_only ON audit_event;
DROP FUNCTION lumina_append_only();
"""


class Migration(migrations.Migration):
    replaces = [
        ("audit", "0002_append_only"),
        ("audit", "0004_rotation"),
    ]
    dependencies = [("audit", "0001_tables")]

    operations = [migrations.RunSQL(FORWARD, REVERSE)]

"""A decision about telling stays as it was; one without its reason is taken anew."""

from django.db import migrations


def take_anew(apps, schema_editor):
    """What was decided without a reason and a day is to be decided."""
    disclosures = apps.get_model("datamap", "Disclosure").objects
    disclosures.filter(tell_person=False).update(tell_person=None)


class Migration(migrations.Migration):

    dependencies = [("datamap", "0005_telling"), ("audit", "0004_rotation")]

    operations = [
        migrations.RunPython(take_anew, migrations.RunPython.noop),
        migrations.RunSQL(
            "CREATE TRIGGER datamap_telling_append_only BEFORE UPDATE OR DELETE "
            "ON datamap_telling FOR EACH ROW EXECUTE FUNCTION lumina_append_only()",
            "DROP TRIGGER datamap_telling_append_only ON datamap_telling",
        ),
    ]

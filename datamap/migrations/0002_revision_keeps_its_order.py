"""A revision keeps the order of its declaration."""

from django.db import migrations

import lumina_privacy.lib.fields


class Migration(migrations.Migration):
    dependencies = [("datamap", "0001_register")]
    operations = [
        migrations.AlterField(
            model_name="revision",
            name="content",
            field=lumina_privacy.lib.fields.OrderedJSONField(),
        ),
    ]

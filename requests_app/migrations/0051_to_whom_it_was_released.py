"""To whom an answer was released is kept with it, so that nobody else fetches it.

Of what was released before it is not known; that is fetched by who receives answers.
"""

import django.db.models.deletion
import lumina_privacy.lib.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0050_whom_a_ruling_names_is_sealed'),
    ]

    operations = [
        migrations.AddField(
            model_name='package',
            name='released_for',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='requests_app.authority'),
        ),
        migrations.AddField(
            model_name='package',
            name='released_to',
            field=lumina_privacy.lib.fields.SealedText(blank=True, null=True),
        ),
    ]

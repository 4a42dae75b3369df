"""How an identifier was proved is one of the known ways."""

from django.db import migrations, models

PROOF = ['code', 'staff', 'joined']


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0026_authorities")]

    operations = [
        migrations.AlterField("provedidentifier", "proof", models.TextField(choices=[(word, word.capitalize()) for word in PROOF])),
        migrations.AddConstraint("provedidentifier", models.CheckConstraint(condition=models.Q(proof__in=PROOF), name="proved_proof_known")),
    ]

from django.db import migrations

import services.encrypted


class Migration(migrations.Migration):
    dependencies = [("booking", "0022_whether_anything_changed")]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="remark",
            field=services.encrypted.EncryptedTextField(
                blank=True, max_length=300, verbose_name="note to the therapist"
            ),
        ),
    ]

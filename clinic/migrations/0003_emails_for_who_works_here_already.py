from django.db import migrations


def choose(apps, schema_editor):
    """As `StaffProfile.save` does for whoever begins: owners and reception hear of late changes."""
    mails = apps.get_model("booking", "StaffMails")
    for profile in apps.get_model("clinic", "StaffProfile").objects.order_by("pk"):
        is_therapist = profile.role == "therapist"
        mails.objects.get_or_create(
            user_id=profile.user_id,
            defaults={
                "kinds": [] if is_therapist else ["late"],
                "only_own": is_therapist,
                "therapist_id": profile.therapist_id,
            },
        )


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0002_what_staff_have_taken_up"),
        ("booking", "0031_emails_that_staff_choose"),
    ]
    operations = [migrations.RunPython(choose, migrations.RunPython.noop)]

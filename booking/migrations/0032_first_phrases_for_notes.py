from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

PHRASES = {
    "found": ("Less than last time", "Same as last time", "More than last time", "Guarded", "Knots", "Warm"),
    "did": ("Medium pressure", "Light pressure", "Firm pressure", "Side-lying", "Heat"),
    "next": ("Same again", "In 2 weeks", "Home stretch", "See a doctor if it stays"),
}


def add_phrases(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """To begin with; the clinic edits them."""
    phrase = apps.get_model("booking", "NotePhrase")
    phrase.objects.bulk_create(
        phrase(part=part, words=words, position=position)
        for part, list_of_words in PHRASES.items()
        for position, words in enumerate(list_of_words)
    )


class Migration(migrations.Migration):
    dependencies = [("booking", "0031_emails_that_staff_choose")]

    operations = [migrations.RunPython(add_phrases, migrations.RunPython.noop)]

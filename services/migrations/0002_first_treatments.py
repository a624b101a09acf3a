"""The four treatments that the product comes with, their lengths and prices, and the policy row with its defaults.

Running it again changes nothing that is there: a clinic's own words and prices stay. Going back takes the four and the
policy away again; the database refuses that once a visit refers to one of them.
"""

from decimal import Decimal

from django.db import migrations

LIGHT_TO_MEDIUM, FIRM = 2, 4

TREATMENTS = {
    "deep_tissue": {
        "name": "Deep tissue",
        "summary": "Slow, firm work that goes down to the deeper muscles. For stiffness that has lasted.",
        "description": (
            "The therapist warms the area first, then sinks in slowly with knuckles, forearm or elbow, and works along "
            "and across the tight bands. It is strong and can be sore for a moment, but it should never make you hold "
            "your breath. Say so at any time and we press less. You may feel tender for a day or two afterwards."
        ),
        "suits": (
            "Back, neck or shoulders that have been stiff for weeks or months, if you like strong pressure. Not for a "
            "new injury."
        ),
        "firmness": FIRM,
        "lengths": {30: "50.00", 60: "85.00", 90: "120.00"},
    },
    "trigger_point": {
        "name": "Trigger point therapy",
        "summary": "Steady pressure on the knots that send pain elsewhere, a few seconds at a time.",
        "description": (
            "The therapist looks for the small spots that hurt when pressed, often some way from where you feel the "
            "pain, and holds each one with a thumb or elbow until it eases or you have had enough. Between spots the "
            "muscle around them is worked more lightly. You tell us how strong it feels, from 0 to 10, and we stay at "
            "a level you can breathe with."
        ),
        "suits": (
            "A hard knot that you can point to, or a muscle that keeps cramping in the same place. A short visit can "
            "be enough for one area."
        ),
        "firmness": FIRM,
        "lengths": {30: "50.00", 60: "85.00"},
    },
    "myofascial_release": {
        "name": "Myofascial release",
        "summary": "Slow, gentle stretching of the tissue around the muscles.",
        "description": (
            "The therapist lays both hands on the skin, with little or no oil, takes up the slack and waits while the "
            "tissue gives way. Each hold takes a minute or more, so it is quiet work with few strokes. It is gentle "
            "and does not press deep. You may be asked to move slowly while a hold goes on."
        ),
        "suits": (
            "A neck, shoulder or back that does not move as far as it used to, or feels tight all over. A choice for "
            "people who do not like strong pressure."
        ),
        "firmness": LIGHT_TO_MEDIUM,
        "lengths": {60: "85.00", 90: "120.00"},
    },
    "swedish": {
        "name": "Swedish",
        "summary": "Long, flowing strokes to loosen and rest. A good first massage.",
        "description": (
            "The therapist uses oil and works over the whole body, or the part you choose, with long strokes, kneading "
            "and light rubbing. The pressure is light to begin with and moderate where you want it. You can talk or "
            "sleep, as you like."
        ),
        "suits": (
            "Resting after a busy time, tension that goes with stress, a first visit. Where the safety check asks us "
            "to take care, this is often the one that is still open to you."
        ),
        "firmness": LIGHT_TO_MEDIUM,
        "lengths": {30: "45.00", 60: "75.00", 90: "105.00"},
    },
}


def add_treatments_and_policy(apps, schema_editor):
    database = schema_editor.connection.alias
    Treatment = apps.get_model("services", "Treatment")
    TreatmentLength = apps.get_model("services", "TreatmentLength")
    for order, (key, facts) in enumerate(TREATMENTS.items(), start=1):
        words = {name: value for name, value in facts.items() if name != "lengths"}
        treatment, is_new = Treatment.objects.using(database).get_or_create(
            key=key, defaults={**words, "turnover_minutes": 15, "order": order}
        )
        if not is_new:
            continue
        TreatmentLength.objects.using(database).bulk_create(
            TreatmentLength(treatment=treatment, minutes=minutes, price=Decimal(price))
            for minutes, price in facts["lengths"].items()
        )
    apps.get_model("services", "ClinicPolicy").objects.using(database).get_or_create(pk=1)


def take_them_away(apps, schema_editor):
    database = schema_editor.connection.alias
    apps.get_model("services", "Treatment").objects.using(database).filter(key__in=TREATMENTS).delete()
    apps.get_model("services", "ClinicPolicy").objects.using(database).filter(pk=1).delete()


class Migration(migrations.Migration):
    dependencies = [("services", "0001_initial")]

    operations = [migrations.RunPython(add_treatments_and_policy, take_them_away)]

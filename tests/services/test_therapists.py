"""Who works here, and what clients read about them."""

import pytest

from services.models import Therapist
from services.therapists import add_therapist, change_profile
from tests.services.places import make_therapist, make_treatment, unasked

pytestmark = pytest.mark.django_db


def test_somebody_new_works_here_and_has_the_skills() -> None:
    stones = make_treatment()

    add_therapist(therapist=Therapist(name="Piotr Zając"), treatments=[stones], review=unasked)

    made = Therapist.objects.get()
    assert (made.name, made.is_active, list(made.treatments.all())) == ("Piotr Zając", True, [stones])


def test_a_changed_profile_changes_nothing_else() -> None:
    ana = make_therapist("Ana")
    held = Therapist.objects.get(pk=ana.pk)
    Therapist.objects.filter(pk=ana.pk).update(is_active=False)

    held.name, held.about = "Ana Ruiz", "Backs."
    change_profile(therapist=held)

    saved = Therapist.objects.get(pk=ana.pk)
    assert (saved.name, saved.about, saved.is_active) == ("Ana Ruiz", "Backs.", False)

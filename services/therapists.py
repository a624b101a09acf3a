"""The only writer of what clients read about therapists. When they work, and what they give, `services.rota` writes."""

from collections.abc import Iterable

from django.db import transaction

from services import rota
from services.locks import lock_parents
from services.models import Therapist, Treatment

# As far as they like to say it; the portrait besides.
PROFILE = ("name", "about", "training", "languages", "gender", "portrait")


@transaction.atomic
def add_therapist(*, therapist: Therapist, treatments: Iterable[Treatment], review: rota.Review) -> None:
    """Save somebody new, who works here from now on: without hours, and without an account."""
    therapist.save(force_insert=True)
    rota.change_therapist(therapist=therapist, is_active=True, treatments=treatments, review=review)


@transaction.atomic
def change_profile(*, therapist: Therapist) -> None:
    """Save the words and the picture that `therapist` has now, and nothing else of the row."""
    lock_parents(therapist_ids=[therapist.pk])
    therapist.save(update_fields=PROFILE)

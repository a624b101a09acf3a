import pytest

from booking.intake.history import find_intakes
from booking.models import Intake
from tests.cast import make_client, make_intake

pytestmark = pytest.mark.django_db


def test_the_chain_is_followed_both_ways_and_not_through_somebody_else() -> None:
    person, other = make_client(), make_client("Cormac Byrne")
    first = make_intake()
    middle = make_intake(previous=first)
    known = make_intake(client=person, previous=middle)
    aside = make_intake(previous=middle)
    later = make_intake(previous=make_intake(previous=known))
    theirs = make_intake(client=other, previous=known)
    after_theirs = make_intake(previous=theirs)
    unrelated = make_intake()

    found = {intake.pk for intake in find_intakes(client=person)}

    everything = set(Intake.objects.values_list("pk", flat=True))
    assert found == everything - {theirs.pk, after_theirs.pk, unrelated.pk}
    assert {first.pk, aside.pk, later.pk} < found
    assert set(find_intakes(client=other)) == {theirs, after_theirs}

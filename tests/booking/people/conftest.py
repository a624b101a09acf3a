import pytest

from booking.models import Client
from tests.booking.people.planting import plant_person, plant_traces
from tests.cast import Clinic


@pytest.fixture
def person(transactional_db: None, clinic: Clinic) -> Client:
    visit = plant_person(clinic)
    plant_traces(visit)
    assert visit.client is not None
    return Client.objects.get(pk=visit.client.pk)

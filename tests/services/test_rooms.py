"""The one writer of rooms."""

import pytest

from services.models import Location, Room
from services.rooms import RoomRefused, add_room, change_room, move_room
from tests.services.places import make_location, make_room, make_treatment, unasked

pytestmark = pytest.mark.django_db


def names_of(location: Location) -> list[str]:
    return list(Room.objects.filter(location=location).order_by("order", "pk").values_list("name", flat=True))


def test_a_new_room_is_the_last_of_its_place_and_its_name_is_there_once() -> None:
    here, elsewhere = make_location("Here"), make_location("Elsewhere")
    make_room(here, "Garden", order=4)
    make_room(elsewhere, "Attic", order=9)

    added = add_room(location=here, name="Attic", review=unasked)
    with pytest.raises(RoomRefused, match=r"^There is a GARDEN here already\. Choose another name\.$"):
        add_room(location=here, name="GARDEN", review=unasked)

    assert (names_of(here), added.order) == (["Garden", "Attic"], 5)


def test_a_room_is_renamed_suits_some_and_goes_out_of_use() -> None:
    here, stones, cupping = make_location(), make_treatment(), make_treatment("cupping")
    room = make_room(here, "Garden", stones)
    make_room(here, "Attic")

    change_room(room=room, name="garden", treatments=[cupping], is_active=False, review=unasked)
    with pytest.raises(RoomRefused):
        change_room(room=room, name="Attic", treatments=[], is_active=True, review=unasked)

    room = Room.objects.get(pk=room.pk)
    assert (room.name, list(room.treatments.all()), room.is_active) == ("garden", [cupping], False)


def test_rooms_are_put_in_order_also_where_they_have_the_same_number() -> None:
    here = make_location()
    first, _second, third = (make_room(here, name, order=0) for name in "ABC")

    move_room(room=third, places=-1)
    moved_up = names_of(here)
    move_room(room=first, places=-1)
    at_the_end = names_of(here)
    move_room(room=first, places=1)

    assert (moved_up, at_the_end, names_of(here)) == (["A", "C", "B"], ["A", "C", "B"], ["C", "A", "B"])

"""What the pages of rooms show."""

from dataclasses import dataclass

from clinic.panel.set_up.rooms.forms import NewRoomForm, RoomForm
from services.models import Location, Room


@dataclass(frozen=True)
class RoomLine:
    """`suits` names treatments; empty for all."""

    room_id: int
    name: str
    suits: str
    is_active: bool
    can_go_up: bool
    can_go_down: bool


@dataclass(frozen=True)
class PlaceRooms:
    """`name` of the place is empty where the clinic has only one."""

    name: str
    rooms: tuple[RoomLine, ...]


@dataclass(frozen=True)
class RoomsPage:
    places: tuple[PlaceRooms, ...]
    form: NewRoomForm


@dataclass(frozen=True)
class RoomPage:
    name: str
    form: RoomForm


def load_rooms(form: NewRoomForm) -> RoomsPage:
    """Open places, and closed ones that have rooms. A fixed number of statements."""
    rooms = list(Room.objects.prefetch_related("treatments").order_by("order", "pk"))
    used = {room.location_id for room in rooms}
    places = [place for place in Location.objects.order_by("pk") if place.is_active or place.pk in used]
    return RoomsPage(
        tuple(
            PlaceRooms(
                place.name if len(places) > 1 else "", _lines([room for room in rooms if room.location_id == place.pk])
            )
            for place in places
        ),
        form,
    )


def _lines(rooms: list[Room]) -> tuple[RoomLine, ...]:
    return tuple(
        RoomLine(
            room_id=room.pk,
            name=room.name,
            suits=", ".join(treatment.name for treatment in room.treatments.all()),
            is_active=room.is_active,
            can_go_up=number > 0,
            can_go_down=number < len(rooms) - 1,
        )
        for number, room in enumerate(rooms)
    )

"""How the code is told apart into rooms. What the imports between them may be is in tests/test_imports.py."""

import pytest

from clinic.running import rooms


@pytest.mark.parametrize(
    ("module", "room", "folder"),
    [
        ("booking.messages.outbox", "booking.messages", "booking.messages"),
        (
            "booking.scheduling.appointments.moving",
            "booking.scheduling",
            "booking.scheduling.appointments",
        ),
        ("booking.scheduling.claims", "booking.scheduling", "booking.scheduling.claims"),
        ("booking.links", "booking.links and limits", "booking.links"),
        ("booking.tasks", "booking.tasks and commands", "booking.tasks"),
        ("booking.management.commands.triage", "booking.tasks and commands", "booking.management.commands"),
        ("clinic.models", "clinic.models", "clinic.models"),
        ("clinic.urls", "clinic.wiring", "clinic.urls"),
        ("services.rota", "services", "services.rota"),
    ],
)
def test_a_module_is_in_one_room_and_one_folder(module: str, room: str, folder: str) -> None:
    assert (rooms.room_of(module), rooms.folder_of(module)) == (room, folder)


def test_imports_within_a_part_are_left_out_of_its_picture() -> None:
    modules = {"a.x": {"a.y", "b.z"}, "a.y": {"b.z"}, "b.z": set[str]()}

    found = rooms.gather(
        {name: frozenset(to) for name, to in modules.items()}, {name: name.partition(".")[0] for name in modules}
    )

    assert found == {"a": frozenset({"b"}), "b": frozenset()}


def test_what_leads_back_to_itself_is_found() -> None:
    graph = {"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": set(), "e": {"a", "e"}}

    assert rooms.find_circles({name: frozenset(to) for name, to in graph.items()}) == [["b", "c"], ["e"]]

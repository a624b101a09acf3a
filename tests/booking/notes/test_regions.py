from itertools import combinations
from math import hypot

from booking.notes.regions import BACK, FRONT, HEIGHT, RADIUS, REGIONS, WIDTH, places_to_avoid
from booking.rules.rulebook import load_rulebook


def test_places_do_not_cover_each_other_and_are_on_the_drawing() -> None:
    both = combinations(REGIONS.values(), 2)

    near = [(a.key, b.key) for a, b in both if a.side == b.side and hypot(a.x - b.x, a.y - b.y) < 2 * RADIUS]

    assert near == []
    assert [
        region.key
        for region in REGIONS.values()
        if not (RADIUS <= region.x <= WIDTH - RADIUS and RADIUS <= region.y <= HEIGHT - RADIUS)
    ] == []


def test_sides_are_the_clients_own() -> None:
    middle = WIDTH / 2
    wrong = [
        region.key
        for region in REGIONS.values()
        if region.key.startswith(("left_", "right_"))
        and (region.x > middle) != (region.key.startswith("left_") == (region.side == FRONT))
    ]

    assert wrong == []
    assert {region.side for region in REGIONS.values()} == {FRONT, BACK}


def test_what_is_to_be_avoided_is_closed_on_both_sides() -> None:
    assert places_to_avoid(["calf"]) == {"left_calf", "right_calf"}
    assert places_to_avoid(["abdomen", "affected_skin"]) == {"abdomen"}
    assert places_to_avoid(["feet"]) == {"left_foot", "right_foot", "left_heel", "right_heel"}
    assert len(places_to_avoid(["legs"])) == 16
    assert places_to_avoid(["spine_deep_pressure"]) == {"between_shoulder_blades"}
    assert places_to_avoid([]) == frozenset()


def test_the_rulebook_names_no_place_that_is_forgotten_here() -> None:
    """The others depend on what the person has: no drawing can show them."""
    without = {key for key in load_rulebook().regions if not places_to_avoid([key])}

    assert without == {
        "injured_area",
        "injection_sites",
        "inflamed_joints",
        "affected_joints_deep_pressure",
        "areas_of_reduced_feeling",
        "treated_areas",
        "operated_area",
        "affected_limb",
        "affected_skin",
        "affected_skin_or_veins",
        "around_the_implant",
    }

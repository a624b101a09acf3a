"""Every form and link of every page, in every state, for every role, pressed as the page draws it."""

from typing import Any

import django.shortcuts
import pytest

from tests.cast import NOW
from tests.drawn import Figures, Walker
from tests.journeys.presses import FILLS, PRESSES
from tests.journeys.scenes import SCENES

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def a_morning(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.mark.parametrize("who", SCENES)
def test_what_is_drawn_does_what_its_words_say(who: str, capsys: Any) -> None:
    figures = Figures()
    faults: list[str] = []

    for scene in SCENES[who]():
        walker = Walker(scene.role, scene.browser, PRESSES, FILLS, figures, state=scene.state, within=scene.within)
        walker.walk(*scene.paths)
        faults += walker.faults

    with capsys.disabled():
        print(f"\n{who}: {figures}")
    if faults:
        pytest.fail("\n".join(faults), pytrace=False)


CONTROLS = {
    "an address that is wrong": ('action="/panel/cases/', 'action="/panel/case/'),
    "a page that shows the form, and does not take it": ('/letter/"', '/"'),
    "a button that nobody knows": ('value="Record this letter"', 'value="Do something else"'),
    "a field that is missing": ('name="written_by"', 'name="written_bye"'),
    "an id that stands twice": ('id="letter_note"', 'id="id_note"'),
    "no token": ("csrfmiddlewaretoken", "csrfmiddlewaretokens"),
}


def test_what_is_planted_on_the_page_of_a_case_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with one wrong word in the page that asks for a physician's letter the walk names it."""
    scene = next(one for one in SCENES["owner"]() if one.state == "physician first, open")
    real, planted = django.shortcuts.render, ("", "")

    def render(*args: Any, **kwargs: Any) -> Any:
        response = real(*args, **kwargs)
        response.content = response.content.replace(planted[0].encode(), planted[1].encode())
        return response

    def walk() -> list[str]:
        walker = Walker(scene.role, scene.browser, PRESSES, FILLS, Figures(), state=scene.state, within=scene.within)
        walker.walk(*scene.paths)
        return walker.faults

    assert walk() == []
    monkeypatch.setattr("clinic.panel.door.frame.render", render)
    found = {}
    for name, planted in CONTROLS.items():  # noqa: B007 - `render` reads it
        found[name] = bool(walk())

    assert found == dict.fromkeys(CONTROLS, True)

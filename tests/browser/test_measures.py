"""Each measure finds the fault that it is there for, planted in a page without any."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.measures import ALWAYS, DEVICES, Measure, layout_faults, serious_findings

pytestmark = pytest.mark.browser

SOUND = """
<!doctype html><html lang="en"><title>Sound</title><style>
  body { margin: 0 8px; font: 1rem/1.5 sans-serif; overflow-wrap: anywhere; }
  .btn { display: inline-block; min-height: 44px; }
  .box { appearance: auto; }
  .scroll { overflow-x: auto; }
  .long { width: 200rem; }
</style><main><h1>A sound page</h1><p>Nothing stands in the way here.</p>
<a class="btn" href="#">Go on</a>%s</main>
"""
# What is planted, with a word of the fault that is found on a phone.
PLANTED = {
    "wide": ("<div class='long'>Wide</div>", "scrolls sideways"),
    "one letter wide": ("<div style='width: 1ch'>Niamh</div>", '"Niamh" is broken over 5 lines'),
    "squeezed": ("<div style='width: 9ch'>Niamh O’Sullivanova-Byrne</div>", '"O’Sullivanova" is broken over 2 lines'),
    "squeezed by a neighbour": (
        "<div style='display: flex'><b>Ana Ruiz</b><span style='flex: none; width: 270px'>01 555 0142</span></div>",
        "is broken over 2 lines: <b>Ana Ruiz",
    ),
    "flat": ("<button>Go</button>", "px high"),
    "cut off": ("<div style='overflow: hidden'><p class='long'>Cut</p></div>", "is cut off"),
    "scroller without a name": (
        "<div class='scroll' tabindex='0'><p class='long'>Wide</p></div>",
        "scrolls without a name or the focus",
    ),
    "scroller without focus": (
        "<div class='scroll' role='region' aria-label='Messages'><p class='long'>Wide</p></div>",
        "scrolls without a name or the focus",
    ),
}
ALLOWED = {
    "a scroller with a name": "<div class='scroll' tabindex='0' role='region' aria-label='Messages'><p class='long'>Wide</p></div>",
    "a word longer than half of the screen": "<p>Wolfeschlegelsteinhausenbergerdorffwelchevoralternwaren</p>",
    "a word with hyphens": "<div style='width: 6rem'>Mary-Beth-Josephine</div>",
}
CHOICES = """<style>%s</style>
<label class="choice"><input class="box" type="radio" name="a" checked><span>Yes</span></label>
<label class="choice"><input class="box" type="radio" name="a"><span>No</span></label>"""
GROUND_ONLY = ".choice { display: block; min-height: 44px; border: 1px solid; } .box { opacity: 0; appearance: none; } .choice:has(:checked) { background: plum; }"


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    with chromium.new_context(viewport={"width": 320, "height": 900}) as context:
        yield context.new_page()


def show(page: Page, planted: str) -> None:
    page.set_content(SOUND.strip() % planted)


@pytest.mark.parametrize("planted", ["", *ALLOWED.values()], ids=["nothing", *ALLOWED])
def test_a_sound_page_has_no_fault_on_any_device(page: Page, planted: str) -> None:
    show(page, planted)

    assert Measure(page, everywhere=True).faults() == []


@pytest.mark.parametrize(("planted", "word"), PLANTED.values(), ids=PLANTED)
def test_a_planted_fault_is_found(page: Page, planted: str, word: str) -> None:
    show(page, planted)

    found = layout_faults(page)

    assert found != []
    assert [fault for fault in found if word not in fault] == []


def test_what_is_squeezed_by_large_text_only_is_found_on_those_devices(page: Page) -> None:
    show(
        page,
        "<div style='display: flex'><span>Ana Ruiz</span><span style='flex: none; width: 14ch'>01 555</span></div>",
    )

    found = Measure(page, everywhere=True).faults()

    assert found != []
    assert all(fault.startswith(("24 px in 320", "32 px in 360")) for fault in found)


def test_devices_take_turns_from_page_to_page(page: Page) -> None:
    show(page, CHOICES % GROUND_ONLY)
    measure = Measure(page, everywhere=False)

    turns = measure.devices[ALWAYS:] * 2
    found = [[fault.partition(":")[0] for fault in measure.faults() if "looks like" in fault] for _page in turns]

    assert found == [[str(device)] * device.forced for device in turns]


def test_axe_looks_where_something_stands_that_it_has_not_seen(page: Page) -> None:
    show(page, "<p class='of-this-test'>Sound</p>")
    first = Measure(page)._find_news()
    show(page, "<p class='of-this-test'>As sound</p>")
    again = Measure(page)._find_news()
    show(page, "<div><p class='of-this-test'>As sound</p></div>")
    elsewhere = Measure(page)._find_news()

    assert [bool(one) for one in (first, again, elsewhere)] == [True, False, True]


def test_axe_finds_a_fault_among_news(page: Page) -> None:
    show(page, "<p class='known'>Sound</p>")
    measure = Measure(page)
    measure.faults()
    show(page, "<p class='known'>Sound</p><p class='new-here' style='color: #ccc'>Pale</p>")

    found = measure.faults()

    assert found != []
    assert [fault for fault in found if "color-contrast" not in fault or "new-here" not in fault] == []


def test_with_forced_colours_a_chosen_option_that_only_its_ground_marks_is_found(page: Page) -> None:
    show(page, CHOICES % GROUND_ONLY)
    by_ground = Measure(page, everywhere=True).faults()
    show(page, CHOICES % f"{GROUND_ONLY} .choice:has(:checked) {{ border-width: 3px }}")
    by_border = Measure(page, everywhere=True).faults()

    assert by_ground != []
    assert [fault for fault in by_ground if "looks like .choice" not in fault] == []
    assert by_border == []


def test_axe_finds_a_field_without_a_name(page: Page) -> None:
    show(page, "<input>")

    assert [found.partition(":")[0] for found in serious_findings(page)] == ["label"]


def test_turning_to_a_device_lays_a_page_out_as_loading_it_there_does(page: Page, chromium: Browser) -> None:
    show(
        page,
        "<p>"
        + "Wide words in lines of their own. " * 20
        + "</p><style>@media (min-width: 20rem) { p { width: 15rem } }</style>",
    )
    measure, where = (
        Measure(page),
        "[...document.querySelectorAll('h1, p, a')].map((part) => JSON.stringify(part.getBoundingClientRect()))",
    )

    for device in DEVICES:
        measure.turn_to(device)
        turned = page.evaluate(where)
        page.set_content(page.content())
        assert page.evaluate(where) == turned

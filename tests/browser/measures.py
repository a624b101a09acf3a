"""What people need of a page who have large text, a small screen, forced colours or a screen reader.

A walk is dear and a measure is cheaper, so a page is measured for several devices where it stands; those that find least
take turns from page to page, but in `make prove`. axe is dear: it looks at what stands on a page and on none before it
(`KIND`); in `make prove` at each page.
"""

import os
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any, ClassVar, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

IS_LONG = os.environ.get("PROVE") == "1"
LAYOUT = Path(__file__).with_name("measures.js").read_text(encoding="utf-8")


@dataclass(frozen=True, kw_only=True)
class Device:
    """`width` in CSS px; `text` is the size in px that the browser is set to, 16 where nobody changed it.

    `axe`: all of its rules, or those whose answer hangs on how the page looks.
    """

    width: int
    text: int = 16
    scheme: Literal["dark", "light"] = "light"
    forced: bool = False
    axe: Literal["", "all", "looks"] = ""

    def __str__(self) -> str:
        return f"{self.text} px in {self.width}, {self.scheme}{', forced colours' * self.forced}"


# Each element of the page with its class, its role and states, and the tag in which it stands.
ALL = '[...document.querySelectorAll("body, body *:not(svg *)")]'
KIND = """((part) => [
    part.parentElement.tagName, part.tagName, part.getAttribute("class"), part.type,
    ...part.getAttributeNames().filter((name) => /^(role|aria-.*|disabled|tabindex)$/.test(name)),
].join(" "))"""
NEW_PAGE = 12  # with so many new kinds of elements a page is new, and axe looks at all of it; else at those elements
LOOKS = ("color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size")
# The first is that of the walk itself. Those behind the first ALWAYS take turns.
ALWAYS = 2
DEVICES = (
    Device(width=320, axe="all"),
    Device(width=360, text=32),
    Device(width=360, forced=True),
    Device(width=1280, text=32, scheme="dark"),
)
MORE_DEVICES = (
    *DEVICES,
    Device(width=320, text=24),
    Device(width=1280, text=32, scheme="dark", axe="looks"),
    Device(width=1280, axe="all"),
    Device(width=360, text=32, axe="all"),
    Device(width=640, text=32, axe="all"),
    Device(width=768, text=32, scheme="dark", axe="all"),
    Device(width=1440, scheme="dark", axe="all"),
    Device(width=1280, text=32, forced=True),
)


class Measure:
    """Turns the page into one device after the other, and back into the first."""

    seen: ClassVar[set[str]] = set()

    def __init__(self, page: Page, *, everywhere: bool = IS_LONG) -> None:
        """`everywhere`: on all devices at each page."""
        self.page = page
        self.devices = MORE_DEVICES if IS_LONG else DEVICES
        always, by_turns = (self.devices, ()) if everywhere else (self.devices[:ALWAYS], self.devices[ALWAYS:])
        self._rounds = cycle([(*always, one) for one in by_turns] or [always])
        self._line = page.context.new_cdp_session(page)
        self.turn_to(self.devices[0])

    def faults(self, name: str = "") -> list[str]:
        """What is wrong with the page on these devices. With PICTURES=folder in the environment, pictures go there."""
        found = [fault for device in next(self._rounds) for fault in self._faults_on(device, name)]
        self.turn_to(self.devices[0])
        return found

    def _faults_on(self, device: Device, name: str) -> list[str]:
        self.turn_to(device)
        size = self.page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
        assert size == device.text
        found = layout_faults(self.page)
        if device.axe and IS_LONG:
            found += serious_findings(self.page, rules=LOOKS if device.axe == "looks" else ())
        elif device.axe and (news := self._find_news()):
            found += serious_findings(self.page, news=news if len(news) < NEW_PAGE else ())
        keep_picture(self.page, f"{name} {device}")
        return [f"{device}: {fault}" for fault in found]

    def _find_news(self) -> set[str]:
        news = set(self.page.evaluate(f"() => {ALL}.map({KIND})")) - self.seen
        self.seen.update(news)
        return news

    def turn_to(self, device: Device) -> None:
        self.page.set_viewport_size({"width": device.width, "height": 900})
        # Nothing moves: a colour half way to another one is measured by nobody.
        self.page.emulate_media(
            color_scheme=device.scheme, forced_colors="active" if device.forced else "none", reduced_motion="reduce"
        )
        # As in the settings of a browser: rem and the breakpoints follow.
        sizes = {"standard": device.text, "fixed": device.text * 13 // 16}
        self._line.send("Page.setFontSizes", {"fontSizes": sizes})


def layout_faults(page: Page) -> list[str]:
    faults: list[str] = page.evaluate(LAYOUT)
    return faults


def serious_findings(page: Page, *, rules: Sequence[str] = (), news: Collection[str] = ()) -> list[str]:
    """Of axe; with `rules`, of those only; with `news`, in elements of these kinds only."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    options = {"resultTypes": ["violations"], "preload": False} | ({"runOnly": list(rules)} if rules else {})
    where = f"news.length ? {{include: {ALL}.filter((part) => news.includes({KIND}(part)))}} : document"
    found: dict[str, Any] = page.evaluate(f"([news, options]) => axe.run({where}, options)", [sorted(news), options])
    return [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


def keep_picture(page: Page, name: str) -> None:
    """Of as much as a tall window shows: a picture of the whole page would set the size of the text back."""
    if folder := os.environ.get("PICTURES"):
        size = page.viewport_size
        assert size is not None
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": size["width"], "height": min(height, 8000)})
        page.screenshot(path=Path(folder) / f"{re.sub(r'[^a-z0-9]+', '-', name.lower())}.png")
        page.set_viewport_size(size)

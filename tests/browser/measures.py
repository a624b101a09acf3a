"""What people need of a page who have large text, a small screen, forced colours or a screen reader.

A walk is dear and a measure is cheap, so a page is measured for all devices where it stands. Only axe is dear: it looks
at a page on which something stands that no page before it had (`KINDS`); in `make prove` at each.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
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
KINDS = """() => [...document.querySelectorAll("body, body *:not(svg *)")].map((part) => [
    part.parentElement.tagName, part.tagName, part.getAttribute("class"), part.type,
    ...part.getAttributeNames().filter((name) => /^(role|aria-.*|disabled|tabindex)$/.test(name)),
].join(" "))"""
LOOKS = ("color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size")
# The first is that of the walk itself.
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

    def __init__(self, page: Page) -> None:
        self.page = page
        self.devices = MORE_DEVICES if IS_LONG else DEVICES
        self._line = page.context.new_cdp_session(page)
        self.turn_to(self.devices[0])

    def faults(self, name: str = "") -> list[str]:
        """What is wrong with the page on any device. With PICTURES=folder in the environment, pictures go there."""
        found = [fault for device in self.devices for fault in self._faults_on(device, name)]
        self.turn_to(self.devices[0])
        return found

    def _faults_on(self, device: Device, name: str) -> list[str]:
        self.turn_to(device)
        size = self.page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
        assert size == device.text
        found = layout_faults(self.page)
        if device.axe and (IS_LONG or self._has_news()):
            found += serious_findings(self.page, rules=LOOKS if device.axe == "looks" else ())
        keep_picture(self.page, f"{name} {device}")
        return [f"{device}: {fault}" for fault in found]

    def _has_news(self) -> bool:
        news = set(self.page.evaluate(KINDS)) - self.seen
        self.seen.update(news)
        return bool(news)

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


def serious_findings(page: Page, *, rules: Sequence[str] = ()) -> list[str]:
    """Of axe; with `rules`, of those only."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    options = {"resultTypes": ["violations"], "preload": False} | ({"runOnly": list(rules)} if rules else {})
    found: dict[str, Any] = page.evaluate("options => axe.run(options)", options)
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

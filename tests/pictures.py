"""Takes pictures of the demo clinic's pages: `python -m tests.pictures [folder]`.

Those that the README shows go to docs/pictures, as much of each as a window holds. With a folder, whole pages go
there: each at 1280, 768 and 360 px, the board at 1440 px. The clinic is a new one in a folder of its own; everybody in
it is invented. Debian's fonts-sil-charis and fonts-inter stand in for the fonts that people's own machines have.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen
from zoneinfo import ZoneInfo

from PIL import Image
from playwright.sync_api import Browser, Page, Route, sync_playwright

from clinic.running.forks import die_with_parent
from tests.environment import ROOT, find_chromium
from tests.programs import MANAGE, bare, demo, run, wait_until
from tests.servers import free_port

SHOWN_BY_README = ROOT / "docs" / "pictures"
README_NAMES = (
    "start-1280",
    "start-360",
    "treatment-360",
    "safety-360",
    "result-360",
    "when-1280",
    "physician-1280",
    "booked-1280",
    "board-1440",
)
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
WIDTHS = {1280: 900, 768: 1024, 360: 740}
COLOURS = 256
WINDOW = 1200  # px of height that the README shows of a page
ZONE = ZoneInfo("Europe/Dublin")  # of the demo clinic
ALL_WORK = (2, 4, 5)  # weekdays (1 is Monday) on which the demo's three therapists all work

# In the order of the pages. A question that is not on the page is left out.
NOTHING: dict[str, str] = {
    "consent": "true",
    "age_years": "38",
    "complaint_type": "relaxation_only",
    "emergency_symptoms": "none",
    "signs_now": "none",
    "conditions": "none",
    "medications": "none",
    "body": "none",
}
BLOOD_THINNERS = NOTHING | {"medications": "anticoagulants"}
TINGLING = NOTHING | {"signs_now": "numb_tingling", "nerve_course": "stable", "doctor_review": "not_seen"}
CHEST_PAIN = NOTHING | {"emergency_symptoms": "chest_pain_pressure"}


@dataclass(frozen=True, kw_only=True)
class Camera:
    """`folder` takes whole pages; without one, only what the README shows is kept."""

    page: Page
    folder: Path | None

    def take(self, name: str, *, widths: Mapping[int, int] = WIDTHS) -> None:
        """A picture of the whole page for each width. Leaves the page at the first one."""
        for width, height in widths.items():
            self.page.set_viewport_size({"width": width, "height": height})
            self._save(f"{name}-{width}")
        first = next(iter(widths))
        self.page.set_viewport_size({"width": first, "height": widths[first]})

    def _save(self, name: str) -> None:
        # The place of the focus is no part of a page's look.
        self.page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
        shot = Image.open(BytesIO(self.page.screenshot(full_page=True, animations="disabled"))).convert("RGB")
        if name in README_NAMES:
            window = shot.crop((0, 0, shot.width, min(shot.height, WINDOW)))
            # A third of the bytes, and looks the same: small marks keep their colour.
            few = window.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, kmeans=3, dither=Image.Dither.NONE)
            few.save(SHOWN_BY_README / f"{name}.png", optimize=True)
        if self.folder is not None:
            shot.save(self.folder / f"{name}.png", optimize=True)


def main(arguments: list[str]) -> int:
    chromium = find_chromium()
    if chromium is None:
        print("There is no chromium on this machine (on Debian: apt-get install chromium).", file=sys.stderr)
        return 1
    folder = Path(arguments[0]) if arguments else None
    for needed in filter(None, (SHOWN_BY_README, folder)):
        needed.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="clinic-pictures-") as data,
        running_demo(Path(data)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        take_client_pages(browser, address, folder)
        take_board(browser, address, folder, password=read_password(Path(data), username="reception"))
        browser.close()
    for name in README_NAMES:
        file = SHOWN_BY_README / f"{name}.png"
        print(f"{file.relative_to(ROOT)}: {file.stat().st_size // 1024} KB")
    return 0


@contextmanager
def running_demo(data: Path) -> Iterator[str]:
    """The address of a fresh demo clinic, served until the block ends. No worker: nothing is mailed."""
    port = free_port()
    variables = demo(folder=data, PORT=str(port))
    for command in (("migrate", "--verbosity", "0"), ("seed_demo",)):
        done = run(*MANAGE, *command, variables=variables)
        if done.status:
            raise RuntimeError(f"{command[0]} failed:\n{done.err}")
    address = f"http://127.0.0.1:{port}"
    with (data / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "waitress", f"--listen=127.0.0.1:{port}", "clinic.wsgi:application"],
            cwd=ROOT,
            env=bare(variables),
            stdout=log,
            stderr=log,
            preexec_fn=die_with_parent(parent=os.getpid(), signal_mask=()),  # noqa: PLW1509 - no threads yet
        )
    try:
        wait_until(lambda: server.poll() is not None or answers(address))
        if server.poll() is not None:
            raise RuntimeError(f"the server did not start:\n{(data / 'server.log').read_text()[-2000:]}")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


def answers(address: str) -> bool:
    try:
        with urlopen(f"{address}/healthz", timeout=5) as response:
            return bool(response.status == 200)
    except (URLError, OSError):
        return False


def take_client_pages(browser: Browser, address: str, folder: Path | None) -> None:
    for name, story in (("caution", BLOOD_THINNERS), ("physician", TINGLING), ("emergency", CHEST_PAIN)):
        camera = open_camera(browser, folder)
        choose_treatment(camera.page, address)
        answer_all(camera.page, story)
        camera.take(name)
        camera.page.context.close()
    take_journey(open_camera(browser, folder), address)


def take_journey(camera: Camera, address: str) -> None:
    """From the first page to a booked visit."""
    page = camera.page
    page.goto(f"{address}/")
    camera.take("start")
    page.goto(f"{address}/book/treatment/deep_tissue/")
    camera.take("treatment")
    page.goto(f"{address}/")
    page.locator("#swedish button[name=start]").nth(1).click()
    page.wait_for_load_state()
    answer_page(page, NOTHING)
    camera.take("safety")
    answer_all(page, NOTHING)
    camera.take("result")
    page.goto(f"{address}/book/when/")
    camera.take("when")
    # Some days ahead, so that there is time for a reminder.
    page.locator("section.day").nth(2).locator("button[name=start]").first.click()
    page.fill("[name=booker_name]", "Niamh Kelly")
    page.fill("[name=booker_email]", "niamh@clients.example")
    camera.take("details")
    submit(page)
    camera.take("booked")


def take_board(browser: Browser, address: str, folder: Path | None, *, password: str) -> None:
    camera = open_camera(browser, folder)
    page = camera.page
    page.goto(f"{address}/panel/sign-in/")
    page.fill("[name=username]", "reception")
    page.fill("[name=password]", password)
    submit(page)
    page.goto(f"{address}/panel/?date={day_with_everybody().isoformat()}")
    camera.take("board", widths={1440: 900})


def open_camera(browser: Browser, folder: Path | None) -> Camera:
    context = browser.new_context(locale="en-IE", timezone_id=ZONE.key, device_scale_factor=1, color_scheme="light")
    context.route("**/clinic.css", serve_with_inter)
    return Camera(page=context.new_page(), folder=folder)


def serve_with_inter(route: Route) -> None:
    """A bare machine has no font for the system's interface, and would show DejaVu."""
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace("system-ui,", "Inter, system-ui,"))


def choose_treatment(page: Page, address: str) -> None:
    page.goto(f"{address}/book/treatment/swedish/?minutes=60")
    page.locator("main button[name=treatment]").click()
    page.wait_for_load_state()


def answer_all(page: Page, story: Mapping[str, str]) -> None:
    """Page after page, until the outcome is there."""
    while "/book/safety/" in page.url:
        answer_page(page, story)
        before = page.url
        submit(page)
        if page.url == before:
            raise RuntimeError(f"{before} did not take the answers:\n{page.locator('main').inner_text()[:500]}")


def answer_page(page: Page, story: Mapping[str, str]) -> None:
    for key, value in story.items():
        field = page.locator(f'[name="{key}"]:is([type=radio], [type=checkbox])[value="{value}"]')
        if field.is_visible():
            field.check()
        elif page.locator(f'input[name="{key}"]:not([type=radio], [type=checkbox])').is_visible():
            page.fill(f'[name="{key}"]', value)


def submit(page: Page) -> None:
    page.locator("main .btn-primary[type=submit], main form .panel-button[type=submit]").first.click()
    page.wait_for_load_state()


def read_password(data: Path, *, username: str) -> str:
    lines = (data / "demo-accounts.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split() for line in lines)[username]


def day_with_everybody() -> date:
    """The first one from tomorrow on which the whole demo team works."""
    today = datetime.now(tz=ZONE).date()
    return next(day for n in range(1, 8) if (day := today + timedelta(days=n)).isoweekday() in ALL_WORK)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Clients and staff who wander: random answers and buttons, back, other tabs, edits, replays and forged posts.

Clients press what the public pages draw, staff what the panel draws for their role.
"""

import random
from collections import Counter
from urllib.parse import urljoin

from django.contrib.auth.models import User
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from booking import links
from booking.models import Appointment, Case, State
from booking.scheduling.search import Search
from booking.scheduling.starts import list_starts
from tests.cast import BACKEND, NOW, TODAY, Clinic
from tests.drawn import fill_validly
from tests.journeys.scenes import member
from tests.journeys.walker import DETAILS
from tests.pages import Button, Form, Page, press, read, submit

PAGES = ["start", "treatment", "safety", "outcome", "when", "details", "letter"]
# At the head of each page of the panel. Whoever signs out, or looks for people, takes no step of a visit.
ON_EVERY_PAGE = ("Sign out", "Look up")
# Signs that nobody may book with, to be met often.
GRAVE = {
    "emergency_symptoms": ["breathless_or_blood", "unsure"],
    "signs_now": ["weakness", "numb_tingling", "unexplained_weight_loss", "dark_urine", "limb_swollen_warm"],
    "conditions": ["blood", "joints", "hormones"],
    "medications": ["anticoagulants"],
    "body": ["operation_or_break", "rash_or_infection"],
}


class Visitor:
    """One person with two tabs of one browser."""

    def __init__(self, clinic: Clinic, *, seed: str) -> None:
        self.clinic, self.chance = clinic, random.Random(seed)
        self.browser = Browser()
        self.tabs = [read(self.browser.get(reverse("booking:start")))] * 2
        self.sent: list[tuple[str, dict[str, list[str]]]] = []
        self.answers: Counter[int] = Counter()

    def wander(self, *, steps: int) -> None:
        actions = [self.go_on] * 8 + [self.go_back, self.send_again, self.forge, self.correct, self.open_visit]
        for _ in range(steps):
            tab = self.chance.randrange(2) if self.chance.random() < 0.15 else 0
            self.tabs[tab] = self.chance.choice(actions)(self.tabs[tab])
            self.answers[self.tabs[tab].status] += 1

    def go_on(self, page: Page) -> Page:
        if page.starts:
            form, button = self.chance.choice(page.starts)
            return press(self.browser, page, form, button=button)
        if not page.posts:
            return self.go_back(page)
        form = self.one_of(page.posts)
        button = self.chance.choice(form.buttons) if form.buttons else Button()
        pressed = {button.name: [button.value]} if button.name else {}
        return self.send(form.action or page.url, self.fill(form) | pressed)

    def one_of(self, forms: list[Form]) -> Form:
        """Every page of the check can clear the answers: whoever did that at each second page would get nowhere."""
        others = [form for form in forms if not form.action.endswith("/clear/")]
        return self.chance.choice(others if others and self.chance.random() > 0.04 else forms)

    def go_back(self, page: Page) -> Page:
        return read(self.browser.get(reverse(f"booking:{self.chance.choice(PAGES)}"), follow=True))

    def send_again(self, page: Page) -> Page:
        """An old page, sent once more."""
        if not self.sent:
            return page
        url, data = self.chance.choice(self.sent)
        return read(self.browser.post(url, data, follow=True))

    def correct(self, page: Page) -> Page:
        """Back to a page of the safety check, to answer it anew."""
        page_id = self.chance.choice(["start", "urgent", "problem", "now", "health"])
        return read(self.browser.get(reverse("booking:safety_page", args=[page_id]), follow=True))

    def open_visit(self, page: Page) -> Page:
        """A visit by the link of its mail: to cancel, to come back, or to answer the safety check anew."""
        visits = list(Appointment.objects.exclude(booker_email="").order_by("pk"))
        if not visits:
            return page
        return read(self.browser.get(f"/visit/{links.make_token(self.chance.choice(visits))}/", follow=True))

    def forge(self, page: Page) -> Page:
        """A start or a booking sent without any page."""
        starts = list_starts(search=Search(self.clinic.wish(), NOW), first_date=TODAY, days=3)
        start = self.chance.choice(starts)
        posts: list[tuple[str, dict[str, list[str]]]] = [
            ("when", {"start": [f"{start.starts_at.isoformat()} {start.therapist_id}"]}),
            ("details", {name: [value] for name, value in DETAILS.items()} | {"key": ["forged"], "seen": [""]}),
            ("treatment", {"treatment": [self.chance.choice(["deep_tissue-60", "swedish-60", "deep_tissue:60"])]}),
        ]
        name, data = self.chance.choice(posts)
        return self.send(reverse(f"booking:{name}"), data)

    def send(self, url: str, data: dict[str, list[str]]) -> Page:
        self.sent.append((url, data))
        return read(self.browser.post(url, data, follow=True))

    def fill(self, form: Form) -> dict[str, list[str]]:
        """Answers as a person gives them: mostly nothing to report, now and then something grave."""
        data: dict[str, list[str]] = {}
        for one in form.fields:
            if one.kind == "checkbox":
                if one.name.startswith("consent") or one.value == self.choose(one.name):
                    data[one.name] = [one.value]
            elif one.kind == "radio":
                data.setdefault(one.name, [one.value])
                if self.chance.random() < 0.3:
                    data[one.name] = [one.value]
            elif one.kind == "hidden":
                data[one.name] = [one.value]
            else:
                typed = {**DETAILS, "age_years": "40"}
                data[one.name] = [one.value or typed.get(one.name, "")]
        return data

    def choose(self, name: str) -> str:
        if name in GRAVE and self.chance.random() < 0.12:
            return self.chance.choice(GRAVE[name])
        return "none" if name != "sites" else "shoulders"


def kind_of(button: Button) -> str:
    """ "Change to", whatever it is changed to: what a page offers many times is one thing to try."""
    return " ".join(button.words.split()[:2])


class Member:
    """Somebody of the staff, who opens visits and cases and presses whatever the page draws for the role."""

    def __init__(self, clinic: Clinic, *, role: str, seed: str) -> None:
        self.chance, self.browser = random.Random(f"{role} {seed}"), member(role, clinic)
        self.user = User.objects.get(username=role)
        self.old: list[tuple[Page, Form, Button]] = []
        self.answers: Counter[int] = Counter()

    def sign_in(self) -> None:
        self.browser.force_login(self.user, backend=BACKEND)

    def take_step(self) -> None:
        """One page, perhaps one that it links to, and one button there; now and then one of a page that is old.

        Half of the time they go on with the page that follows, where it may be asked whether it is meant.
        """
        if self.old and self.chance.random() < 0.05:
            page, form, button = self.chance.choice(self.old)
            self.press(page, form, button)
            return
        following = self.press_one(self.open_page())
        if following is not None and self.chance.random() < 0.5:
            self.press_one(following)

    def press_one(self, page: Page) -> Page | None:
        """A button of the page, more often one that it puts first, or that was never pressed; the page that follows."""
        pressable = [pair for pair in page_buttons(page) if pair[1].words not in ON_EVERY_PAGE]
        if not pressable:
            return None
        known = {kind_of(button) for _page, _form, button in self.old}
        alike = Counter(kind_of(button) for _form, button in pressable)
        weights = [
            (3 if "btn-primary" in button.attrs.get("class", "") else 1)
            * (1 if kind_of(button) in known else 4)
            / alike[kind_of(button)]
            for _form, button in pressable
        ]
        ((form, button),) = self.chance.choices(pressable, weights)
        self.old.append((page, form, button))
        return self.press(page, form, button)

    def press(self, page: Page, form: Form, button: Button) -> Page:
        response = submit(self.browser, page, form, button, self.fill(form), follow=True)
        self.answers[response.status_code] += 1
        return read(response)

    def open_page(self) -> Page:
        address = self.choose_page()
        page = read(self.browser.get(address, follow=True))
        if page.url == reverse("panel:sign_in"):  # whoever does nothing for half an hour is signed out
            self.sign_in()
            page = read(self.browser.get(address, follow=True))
        self.answers[page.status] += 1
        onward = sorted({urljoin(page.address, link.href) for link in page.links})
        onward = [address for address in onward if address.startswith(page.url) and address != page.url]
        if onward and self.chance.random() < 0.4:
            page = read(self.browser.get(self.chance.choice(onward), follow=True))
            self.answers[page.status] += 1
        return page

    def choose_page(self) -> str:
        """Mostly a visit of today, often one that is under way; sometimes any visit, sometimes a case."""
        chosen = self.chance.random()
        if chosen < 0.25 and (cases := list(Case.objects.order_by("pk"))):
            return reverse("panel:case", args=[self.chance.choice(cases).pk])
        visits = list(Appointment.objects.order_by("pk"))
        today = [visit for visit in visits if visit.starts_at.date() == timezone.now().date()]
        under_way = [visit for visit in today if visit.state in (State.ARRIVED, State.IN_TREATMENT)]
        likely = under_way if under_way and chosen < 0.5 else today
        visit = self.chance.choice(likely if likely and chosen < 0.9 else visits)
        return reverse("panel:visit", args=[visit.reference])

    def fill(self, form: Form) -> dict[str, list[str]]:
        """Valid answers; at times a grave sign, a box that is not ticked, or nothing where words may be left out."""
        given: dict[str, list[str]] = {}
        for name in sorted(form.names & GRAVE.keys()):
            if self.chance.random() < 0.2:
                given[name] = [self.chance.choice(GRAVE[name])]
        sent = fill_validly(form, given)
        for one in form.fields:
            if one.name in ("acknowledged", "tell_client"):
                sent.pop(one.name, None)
                if self.chance.random() < 0.8:
                    sent[one.name] = [one.value]
            elif one.name in ("reason", "remark") and self.chance.random() < 0.3:
                sent[one.name] = [""]
            elif one.kind == "select" and one.choices:
                sent[one.name] = [self.chance.choice(one.choices)]
        return sent


def page_buttons(page: Page) -> list[tuple[Form, Button]]:
    return [(form, button) for form in page.posts for button in form.buttons]

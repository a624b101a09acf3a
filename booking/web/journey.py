"""A visitor's journey: the draft of the session, and what follows from it.

The session holds the draft's id and nothing else. Reading a page writes nothing; the first POST makes the draft.
"""

import hashlib
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from booking.intake import drafts
from booking.intake.findings import Findings
from booking.intake.gate import find_clearance
from booking.models import Appointment, Clearance, Client, Decision, Draft, Intake
from booking.pages.layout import PressForm
from booking.rules.answers import CheckedAnswers, check_answers, visible_fields
from booking.rules.levels import Level
from booking.rules.pages import Page, pages, since
from booking.rules.questionnaire import Field
from booking.scheduling import appointments
from booking.wording.times import local_date
from services import catalogue
from services.catalogue import Offer
from services.models import Treatment

SESSION_KEY = "draft"
# Kept beside what was typed: the visit whose health form this journey renews, and the generation of the link that led
# there; whether earlier answers were taken over, which are never shown (a link to a visit can be in anybody's hands);
# whether everything is to be answered again.
UPDATES, UPDATES_BY_LINK, TAKEN_OVER, ANEW = "updates", "updates_by_link", "taken_over", "anew"
UNSEEN = "unseen"  # all of them were taken over: even the urgent signs were not asked on this device


def day_asked_for(draft: Draft, *, now: datetime) -> date:
    """The day of the start that is wished for, where it is; today where none is."""
    if draft.wished_start is None or draft.location is None:
        return catalogue.home_day(now)
    return local_date(draft.wished_start, draft.location.zone)


class Journey:
    """A visitor's draft and what follows from it. Every property reads once.

    With `is_booked` or `is_held` False it is known that the draft has led to no visit, or that no start is held for it,
    and nobody reads further. `is_new`: nobody else knows of this draft yet.
    """

    def __init__(
        self, draft: Draft, *, now: datetime, is_booked: bool = True, is_held: bool = True, is_new: bool = False
    ) -> None:
        self.draft, self.now = draft, now
        self.is_booked, self.is_held, self.is_new = is_booked, is_held, is_new

    def with_draft(self, draft: Draft) -> "Journey":
        """The same journey, after `draft` was written."""
        return Journey(draft, now=self.now, is_booked=self.is_booked, is_held=self.is_held)

    @property
    def mark(self) -> str:
        """Tells this journey's pages from another's in the browser, and leads to nothing."""
        return hashlib.sha256(self.draft.pk.encode()).hexdigest()[:16]

    @cached_property
    def booked(self) -> Appointment | None:
        """The visit that this journey has led to."""
        return appointments.find_booked(draft=self.draft) if self.is_booked else None

    @cached_property
    def decision(self) -> Decision | None:
        """What was decided last. The gate asks the rulebook of today again at every door; a page only shows."""
        return Decision.objects.filter(intake=self.draft.intake_id).first() if self.draft.intake_id else None

    @cached_property
    def findings(self) -> Findings:
        return Findings.of(self.decision) if self.decision else Findings()

    @cached_property
    def answers(self) -> dict[str, Any]:
        return drafts.answers_so_far(self.draft)

    @cached_property
    def checked(self) -> CheckedAnswers:
        """The same answers, checked once for the whole page."""
        return check_answers(self.answers)

    @cached_property
    def kept(self) -> Appointment | None:
        """The start that is kept for this visitor now, or the one they want that can't be kept: that has no deadline."""
        kept = appointments.find_kept(draft=self.draft, now=self.now) if self.is_held else None
        return kept or appointments.find_unkept(draft=self.draft, now=self.now)

    @property
    def typed(self) -> dict[str, str]:
        return dict(self.draft.typed or {})

    @cached_property
    def may_book(self) -> bool:
        """Whether the outcome leads to a booking at all. For show: the domain asks the gate itself."""
        if self.decision is None or self.draft.intake_id is None:
            return False
        if self.decision.level == Level.PHYSICIAN:
            return self._letter is not None
        return self.decision.is_bookable

    @cached_property
    def offers(self) -> list[Offer]:
        """What the clinic offers to anybody, at the prices of the day that is asked for."""
        return catalogue.treatments_on_offer(on=day_asked_for(self.draft, now=self.now))

    @cached_property
    def excluded(self) -> dict[str, Treatment]:
        """Which of these the answers exclude, by key, where the outcome leads to a booking."""
        return {offer.treatment.key: offer.treatment for offer in self.offers if self.excludes(offer.treatment)}

    def excludes(self, treatment: Treatment) -> bool:
        """Whether this treatment can't be had with these answers. For show: the domain asks the gate itself."""
        if self.decision is None or self.draft.intake_id is None:
            return False
        if self.decision.level != Level.PHYSICIAN:
            return self.findings.excludes(treatment)
        letter = self._letter
        return letter is None or not letter.allows(treatment) or self.findings.excludes(treatment, has_letter=True)

    @cached_property
    def _letter(self) -> Clearance | None:
        intake = self.draft.intake
        return find_clearance(intake=intake, on_date=local_date(self.now, self.zone)) if intake else None

    @cached_property
    def zone(self) -> ZoneInfo:
        """Of the place that was chosen, or of the first one."""
        return self.draft.location.zone if self.draft.location else catalogue.home_zone()

    @cached_property
    def country(self) -> str:
        """Of the place that was chosen, or of the first one."""
        return self.draft.location.country if self.draft.location else catalogue.home_country()

    @property
    def has_treatment(self) -> bool:
        draft = self.draft
        return None not in (draft.treatment_id, draft.minutes, draft.location_id)

    @cached_property
    def earlier(self) -> Intake | None:
        """What a returning client answered before."""
        before = self.draft.previous_intake if self.draft.client_id else None
        return before if before and before.is_complete else None

    @property
    def is_asked_since(self) -> bool:
        """Whether the short page for returning clients comes first."""
        is_open = self.draft.intake_id is None and not self.draft.answers
        return is_open and self.earlier is not None and not self.typed.get(ANEW)

    @property
    def is_taken_over(self) -> bool:
        """Whether the outcome rests on earlier answers, which are not shown."""
        return self.draft.intake_id is not None and bool(self.typed.get(TAKEN_OVER))

    @cached_property
    def updates(self) -> Appointment | None:
        """The visit whose health form this journey renews, as its link knew it; None where the journey is to book one.

        If the link has been revoked since, the way back to the visit is the revoked link.
        """
        public_id = self.typed.get(UPDATES)
        related = Appointment.objects.select_related("treatment", "therapist", "location", "client", "intake")
        visit = related.filter(public_id=public_id).first() if public_id else None
        if visit is not None:
            visit.link_generation = int(self.typed.get(UPDATES_BY_LINK, visit.link_generation))
        return visit

    @cached_property
    def came_by_revoked_link(self) -> bool:
        """Whether nothing may be shown any more of the visit whose health form this journey renews."""
        visit = self.updates
        shown = (
            Appointment.objects.filter(public_id=visit.public_id, link_generation=visit.link_generation)
            if visit
            else None
        )
        return shown is not None and not shown.exists()

    @property
    def skipped(self) -> frozenset[str]:
        """The questions that are only for clients who want us to suggest a treatment."""
        wants_suggestion = self.draft.treatment_id is None
        return frozenset() if wants_suggestion else frozenset(key for page in pages() for key in page.for_a_suggestion)

    @cached_property
    def shown_pages(self) -> list[Page]:
        """The pages with something to ask, by the answers so far."""
        return [page for page in pages() if self._asked_on(page)]

    def first_open_page(self) -> Page | None:
        """The first page of the safety check with something to answer; None once all is answered."""
        if self.is_asked_since:
            return since()
        missing = {error.key for error in self.checked.errors}
        return next((page for page in pages() if missing.intersection(page.keys)), None)

    def next_page(self, *, after: Page) -> Page | None:
        """Where to go on after a page: to what is missing, else to what may be answered too; None at the end."""
        if (missing := self.first_open_page()) is not None:
            return missing
        shown = self.shown_pages
        left = shown[shown.index(after) + 1 :] if after in shown else []
        return next((page for page in left if self._is_open_choice(page)), None)

    def _is_open_choice(self, page: Page) -> bool:
        """Whether nothing on a page has to be answered, and nothing on it was."""
        asked = self._asked_on(page)
        return not any(field.required or field.key in self.answers for field in asked)

    def _asked_on(self, page: Page) -> tuple[Field, ...]:
        return visible_fields([key for key in page.keys if key not in self.skipped], self.checked)


def find_journey(request: HttpRequest, *, now: datetime) -> Journey | None:
    """The journey of this session, or None where there is none yet, or no longer."""
    found = drafts.load_draft(draft_id=request.session.get(SESSION_KEY), now=now)
    if found is None:
        return None
    if drafts.is_outdated(found.draft):
        drafts.drop_answers(draft=found.draft)
        messages.warning(request, _("Our questions have become shorter. Please start again."))
    return Journey(found.draft, now=now, is_booked=found.is_booked, is_held=found.is_held)


def open_journey(request: HttpRequest, *, now: datetime) -> Journey:
    """The journey of this session, or a new one. Writes: for POST only."""
    journey = find_journey(request, now=now)
    if journey is None or journey.booked is not None:
        return begin_journey(request, now=now, previous=journey.draft if journey else None)
    return journey


def begin_journey(
    request: HttpRequest,
    *,
    now: datetime,
    previous: Draft | None = None,
    client: Client | None = None,
    last_intake: Intake | None = None,
) -> Journey:
    """A new draft for this session. Writes: for POST only.

    With a client or earlier answers the session gets a new key: it is somebody's from now on, and a key that was
    known before may not lead to their answers.
    """
    draft = drafts.start_draft(now=now, previous=previous, client=client, last_intake=last_intake)
    if client is not None or last_intake is not None:
        request.session.cycle_key()
    request.session[SESSION_KEY] = draft.pk
    return Journey(draft, now=now, is_booked=False, is_held=False, is_new=True)


def clear_form() -> PressForm:
    """The button on every page that shows, or asks for, answers."""
    return PressForm(label=_("Clear my answers"), action=reverse("booking:clear"), style="plain")


def visitor_address(request: HttpRequest) -> str:
    """The visitor's network address, as the middleware worked it out behind the trusted proxies."""
    return str(request.META.get("REMOTE_ADDR", ""))


def hand_of(request: HttpRequest) -> appointments.Hand:
    """Where this visitor is booking from: the address, and the browser while it is open."""
    return appointments.Hand(address=visitor_address(request), device=request.session.session_key or "")

from django.urls import path

from booking.web.views import (
    about,
    calendar,
    cleared,
    clearing,
    details,
    email,
    letter,
    outcome,
    reminders,
    safety,
    treatment,
    visit,
    visit_changes,
    when,
    your_data,
)

app_name = "booking"

urlpatterns = [
    path("", about.start, name="start"),
    path("move-or-cancel/", about.move_or_cancel, name="move_or_cancel"),
    path("privacy/", about.privacy, name="privacy"),
    path("accessibility/", about.accessibility, name="accessibility"),
    # The journey, one address a step.
    path("book/", treatment.treatment, name="treatment"),
    path("book/safety/", safety.safety, name="safety"),
    path("book/safety/<slug:page_id>/", safety.safety_page, name="safety_page"),
    path("book/clear/", clearing.clear, name="clear"),
    path("book/advice/", clearing.advice, name="advice"),
    path("book/answer-anew/", safety.answer_anew, name="answer_anew"),
    path("book/result/", outcome.outcome, name="outcome"),
    path("book/result/call/", outcome.call_me, name="call_me"),
    path("book/letter/", letter.letter, name="letter"),
    path("book/cleared/<str:token>/", cleared.cleared, name="cleared"),
    path("book/begin-again/", outcome.begin_again, name="begin_again"),
    path("book/when/", when.when, name="when"),
    path("book/more-time/", when.keep_longer, name="keep_longer"),
    path("book/details/", details.details, name="details"),
    path("book/check/", details.check, name="check"),
    # A visit by its link.
    path("visit/<str:token>/", visit.visit, name="visit"),
    path("visit/<str:token>/move/", visit_changes.move, name="visit_move"),
    path("visit/<str:token>/cancel/", visit_changes.cancel, name="visit_cancel"),
    path("visit/<str:token>/undo/", visit_changes.undo, name="visit_undo"),
    path("visit/<str:token>/confirm/", visit_changes.confirm, name="visit_confirm"),
    path("visit/<str:token>/email/", email.email, name="visit_email"),
    path("visit/<str:token>/again/", visit.again, name="visit_again"),
    path("visit/<str:token>/health/", visit.health_form, name="visit_health_form"),
    path("visit/<str:token>/your-data/", your_data.your_data, name="visit_your_data"),
    path("visit/<str:token>/visit.ics", calendar.calendar_file, name="visit_calendar"),
    path("visit/<str:token>/reminders/", reminders.reminders, name="reminders"),
]

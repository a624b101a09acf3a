from django.urls import path

from booking.web.details import views as details
from booking.web.outcome import cleared_views, letter_views
from booking.web.outcome import views as outcome
from booking.web.profiles import looks
from booking.web.profiles import views as profiles
from booking.web.safety import clear_views
from booking.web.safety import views as safety
from booking.web.start import views as start
from booking.web.start.opening import when_open, when_open_or_under_way
from booking.web.treatment import views as treatment
from booking.web.visit import calendar_views, change_views, data_views, email_views, fresh_views, reminder_views
from booking.web.visit import views as visit
from booking.web.when import keeping
from booking.web.when import views as when

app_name = "booking"

urlpatterns = [
    path("", start.start, name="start"),
    path("forget-me/", details.forget_me, name="forget_me"),
    path("move-or-cancel/", start.move_or_cancel, name="move_or_cancel"),
    path("spasms/", start.spasms, name="spasms"),
    path("therapists/", when_open(profiles.therapists), name="therapists"),
    path("therapists/<int:therapist_id>/", when_open(profiles.therapist), name="therapist"),
    path("find-us/", profiles.find_us, name="find_us"),
    path("terms/", start.terms, name="terms"),
    path("picture/<slug:digest>.webp", looks.picture, name="picture"),
    path("colour/<slug:colour>.css", looks.colour, name="colour"),
    path("privacy/", start.privacy, name="privacy"),
    path("accessibility/", start.accessibility, name="accessibility"),
    # The journey, one address a step.
    path("book/", when_open(treatment.treatment), name="treatment"),
    path("book/treatment/<slug:key>/", when_open(treatment.one_treatment), name="one_treatment"),
    path("book/wish/", when_open(treatment.wish_for), name="wish_for"),
    path("book/keep/", when_open(keeping.keep), name="keep"),
    path("book/safety/", when_open_or_under_way(safety.safety), name="safety"),
    path("book/safety/<slug:page_id>/", when_open_or_under_way(safety.safety_page), name="safety_page"),
    path("book/clear/", clear_views.clear, name="clear"),
    path("book/advice/", clear_views.advice, name="advice"),
    path("book/answer-anew/", when_open_or_under_way(safety.answer_anew), name="answer_anew"),
    path("book/result/", outcome.outcome, name="outcome"),
    path("book/result/call/", outcome.call_me, name="call_me"),
    path("book/letter/", letter_views.letter, name="letter"),
    path("book/cleared/<str:token>/", cleared_views.cleared, name="cleared"),
    path("book/begin-again/", outcome.begin_again, name="begin_again"),
    path("book/when/", when_open(when.when), name="when"),
    path("book/more-time/", when_open(when.keep_longer), name="keep_longer"),
    path("book/details/", when_open(details.details), name="details"),
    # A visit by its link.
    path("visit/<str:token>/", visit.visit, name="visit"),
    path("visit/<str:token>/move/", change_views.move, name="visit_move"),
    path("visit/<str:token>/move/check/", change_views.move_check, name="visit_move_check"),
    path("visit/<str:token>/undo-move/", change_views.undo_move, name="visit_undo_move"),
    path("visit/<str:token>/undo-booking/", fresh_views.undo_booking, name="visit_undo_booking"),
    path("visit/<str:token>/correct-email/", fresh_views.correct_email, name="visit_correct_email"),
    path("visit/<str:token>/cancel/", change_views.cancel, name="visit_cancel"),
    path("visit/<str:token>/undo/", change_views.undo, name="visit_undo"),
    path("visit/<str:token>/confirm/", change_views.confirm, name="visit_confirm"),
    path("visit/<str:token>/email/", email_views.email, name="visit_email"),
    path("visit/<str:token>/again/", when_open(visit.again), name="visit_again"),
    path("visit/<str:token>/health/", visit.health_form, name="visit_health_form"),
    path("visit/<str:token>/your-data/", data_views.your_data, name="visit_your_data"),
    path("visit/<str:token>/visit.ics", calendar_views.calendar_file, name="visit_calendar"),
    path("visit/<str:token>/reminders/", reminder_views.reminders, name="reminders"),
]

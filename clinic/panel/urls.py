from django.contrib.auth.views import LogoutView
from django.urls import path

from clinic.panel import first_owner, passwords, signing_in
from clinic.panel.views import asking, board, cases, changes, desk, personal_data, records, rota, set_up, trail, visits

app_name = "panel"

urlpatterns = [
    path("", board.board, name="board"),
    path("day.csv", board.board_csv, name="board_csv"),
    path("sign-in/", signing_in.SignInView.as_view(), name="sign_in"),
    path("sign-out/", LogoutView.as_view(), name="sign_out"),
    path("second-factor/", signing_in.second_factor, name="second_factor"),
    path("first-owner/", first_owner.first_owner, name="first_owner"),
    path("own-role/", first_owner.own_role, name="own_role"),
    path("forgotten/", passwords.forgotten, name="forgotten"),
    path("new-password/<uidb64>/<token>/", passwords.NewPasswordView.as_view(), name="new_password"),
    path("book/", desk.book, name="book"),
    path("find/", desk.find, name="find"),
    path("visit/<str:reference>/", visits.visit, name="visit"),
    path("visit/<str:reference>/step/", visits.step, name="step"),
    path("visit/<str:reference>/move/", changes.move, name="move"),
    path("visit/<str:reference>/cancel/", changes.cancel, name="cancel"),
    path("visit/<str:reference>/undo/", changes.undo, name="undo"),
    path("visit/<str:reference>/settle/", changes.settle, name="settle"),
    path("visit/<str:reference>/ask-again/", visits.ask_again, name="ask_again"),
    path("visit/<str:reference>/send-form/", asking.send_form, name="send_form"),
    path("visit/<str:reference>/choose-again/", asking.choose_again, name="choose_again"),
    path("visit/<str:reference>/questions/", asking.read_out, name="read_out"),
    path("visit/<str:reference>/result/", asking.read_out_result, name="read_out_result"),
    path("cases/", cases.cases, name="cases"),
    path("cases/<int:case_id>/", cases.case, name="case"),
    path("cases/<int:case_id>/letter/", cases.clear, name="clear"),
    path("cases/<int:case_id>/letter/void/", cases.void_letter, name="void_letter"),
    path("person/<int:client_id>/", personal_data.person, name="person"),
    path("person/<int:client_id>/copy/", personal_data.copy, name="person_copy"),
    path("person/<int:client_id>/erase/", personal_data.erase, name="person_erase"),
    path("time-off/", rota.time_off, name="time_off"),
    path("time-off/<int:time_off_id>/remove/", rota.remove_time_off, name="remove_time_off"),
    path("time-off/<int:time_off_id>/ask/", rota.ask_stranded, name="ask_stranded"),
    path("messages/", records.messages, name="messages"),
    path("messages/release/", records.release, name="release_messages"),
    path("messages/<int:message_id>/send-again/", records.send_again, name="send_again"),
    path("messages/<int:message_id>/leave-unsent/", records.leave_unsent, name="leave_unsent"),
    path("overrides/", trail.overrides, name="overrides"),
    path("trail/", trail.trail, name="trail"),
    path("rulebook/", records.signature, name="signature"),
    path("rulebook/read/", records.rulebook, name="rulebook"),
    path("set-up/personal-data/", personal_data.keeping, name="keeping"),
    path("set-up/emergency-number/", set_up.emergency_number, name="emergency_number"),
]

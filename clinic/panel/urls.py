from django.contrib.auth.views import LogoutView
from django.urls import path

from clinic.panel.cases import views as cases
from clinic.panel.day import month_views
from clinic.panel.day import views as day
from clinic.panel.desk import views as desk
from clinic.panel.door import first_owner_views, invitation_views, password_views, sign_in_views
from clinic.panel.find import views as find
from clinic.panel.messages import views as messages
from clinic.panel.my_mails import views as my_mails
from clinic.panel.note import views as note
from clinic.panel.people import views as people
from clinic.panel.person import correct_views, household_views, merge_views, notes_views
from clinic.panel.person import views as person
from clinic.panel.reports import views as reports
from clinic.panel.rulebook import views as rulebook
from clinic.panel.search import views as search
from clinic.panel.set_up import views as set_up
from clinic.panel.set_up.carry import views as carry
from clinic.panel.set_up.carry import visits_views as carry_visits
from clinic.panel.set_up.mail import views as mail
from clinic.panel.set_up.notes import views as phrases
from clinic.panel.set_up.people import profile_views
from clinic.panel.set_up.people import views as set_up_people
from clinic.panel.set_up.place import views as place
from clinic.panel.set_up.policy import views as policy
from clinic.panel.set_up.prices import one_views as one_treatment
from clinic.panel.set_up.prices import views as prices
from clinic.panel.set_up.reminders import views as reminders
from clinic.panel.set_up.rooms import views as set_up_rooms
from clinic.panel.set_up.staff import account_views
from clinic.panel.set_up.staff import views as staff
from clinic.panel.set_up.start import views as start
from clinic.panel.set_up.website import views as website
from clinic.panel.time_off import block_views, holiday_views
from clinic.panel.time_off import views as time_off
from clinic.panel.to_do import views as to_do
from clinic.panel.trail import views as trail
from clinic.panel.visit import again_views, ask_views, change_views, link_views, move_views, treatment_views
from clinic.panel.visit import views as visit

app_name = "panel"

urlpatterns = [
    path("", day.board, name="board"),
    path("month/", month_views.month, name="month"),
    path("day.csv", day.board_csv, name="board_csv"),
    path("sign-in/", sign_in_views.SignInView.as_view(), name="sign_in"),
    path("sign-out/", LogoutView.as_view(), name="sign_out"),
    path("second-factor/", sign_in_views.second_factor, name="second_factor"),
    path("first-owner/", first_owner_views.first_owner, name="first_owner"),
    path("own-role/", first_owner_views.own_role, name="own_role"),
    path("forgotten/", password_views.forgotten, name="forgotten"),
    path("new-password/<uidb64>/<token>/", password_views.NewPasswordView.as_view(), name="new_password"),
    path("invited/<str:token>/", invitation_views.invited, name="invited"),
    path("book/", desk.book, name="book"),
    path("people/", search.people, name="people"),
    path("find/", find.find_time, name="find_time"),
    path("visit/<str:reference>/", visit.visit, name="visit"),
    path("visit/<str:reference>/step/", visit.step, name="step"),
    path("visit/<str:reference>/move/", move_views.move, name="move"),
    path("visit/<str:reference>/move/targets/", move_views.targets, name="move_targets"),
    path("visit/<str:reference>/undo-move/", move_views.undo_move, name="undo_move"),
    path("visit/<str:reference>/treatment/", treatment_views.change_treatment, name="change_treatment"),
    path("visit/<str:reference>/undo-treatment/", treatment_views.undo_treatment, name="undo_treatment"),
    path("visit/<str:reference>/again/", again_views.book_again, name="book_again"),
    path("visit/<str:reference>/cancel/", change_views.cancel, name="cancel"),
    path("visit/<str:reference>/undo/", change_views.undo, name="undo"),
    path("visit/<str:reference>/keep-time/", change_views.keep_time, name="keep_time"),
    path("visit/<str:reference>/settle/", change_views.settle, name="settle"),
    path("visit/<str:reference>/note/", note.note, name="note"),
    path("visit/<str:reference>/note/add/", note.add_to_note, name="add_to_note"),
    path("visit/<str:reference>/ask-again/", visit.ask_again, name="ask_again"),
    path("visit/<str:reference>/send-form/", ask_views.send_form, name="send_form"),
    path("visit/<str:reference>/choose-again/", ask_views.choose_again, name="choose_again"),
    path("visit/<str:reference>/links/", link_views.revoke_links, name="revoke_links"),
    path("visit/<str:reference>/questions/", ask_views.read_out, name="read_out"),
    path("visit/<str:reference>/result/", ask_views.read_out_result, name="read_out_result"),
    path("to-do/", to_do.to_do, name="to_do"),
    path("to-do/<str:kind>/<int:row_id>/take/", to_do.take_up, name="take_up"),
    path("to-do/<str:kind>/<int:row_id>/give-back/", to_do.give_back, name="give_back"),
    path("my-emails/", my_mails.my_mails, name="my_mails"),
    path("cases/", cases.cases, name="cases"),
    path("cases/<int:case_id>/", cases.case, name="case"),
    path("cases/<int:case_id>/letter/", cases.clear, name="clear"),
    path("cases/<int:case_id>/letter/void/", cases.void_letter, name="void_letter"),
    path("people/<str:public_id>/", person.person, name="person"),
    path("people/<str:public_id>/edit/", correct_views.edit, name="person_edit"),
    path("people/<str:public_id>/birth-date/", correct_views.birth_date, name="person_birth_date"),
    path("people/<str:public_id>/line/", person.line, name="person_line"),
    path("people/<str:public_id>/line/<int:line_id>/strike/", person.strike, name="person_strike"),
    path("people/<str:public_id>/household/", household_views.household, name="person_household"),
    path("people/<str:public_id>/household/leave/", household_views.leave, name="person_leave"),
    path("people/<str:public_id>/same/", merge_views.same, name="person_same"),
    path("people/<str:public_id>/merge/<str:other>/", merge_views.merge, name="person_merge"),
    path("people/<str:public_id>/merge/<str:other>/undo/", merge_views.unmerge, name="person_unmerge"),
    path("people/<str:public_id>/apart/<str:other>/", merge_views.apart, name="person_apart"),
    path("people/<str:public_id>/notes/", notes_views.notes, name="person_notes"),
    path("people/<str:public_id>/notes/file/", notes_views.notes_file, name="person_notes_file"),
    path("people/<str:public_id>/notes/let/", notes_views.grant, name="person_grant"),
    path("people/<str:public_id>/notes/let/<int:grant_id>/end/", notes_views.end, name="person_grant_end"),
    path("people/<str:public_id>/data/", people.data, name="person_data"),
    path("people/<str:public_id>/data/copy/", people.copy, name="person_copy"),
    path("people/<str:public_id>/data/erase/", people.erase, name="person_erase"),
    path("block/", block_views.block, name="block"),
    path("block/<int:time_off_id>/remove/", block_views.remove_block, name="remove_block"),
    path("time-off/", time_off.time_off, name="time_off"),
    path("time-off/<int:time_off_id>/remove/", time_off.remove_time_off, name="remove_time_off"),
    path("time-off/<int:time_off_id>/ask/", time_off.ask_stranded, name="ask_stranded"),
    path("time-off/holidays/", holiday_views.close_holidays, name="close_holidays"),
    path("messages/", messages.messages, name="messages"),
    path("messages/release/", messages.release, name="release_messages"),
    path("messages/<int:message_id>/send-again/", messages.send_again, name="send_again"),
    path("messages/<int:message_id>/leave-unsent/", messages.leave_unsent, name="leave_unsent"),
    path("reports/", reports.reports, name="reports"),
    path("reports/<str:key>.csv", reports.report_csv, name="report_csv"),
    path("overrides/", trail.overrides, name="overrides"),
    path("trail/", trail.trail, name="trail"),
    path("rulebook/", rulebook.signature, name="signature"),
    path("rulebook/read/", rulebook.rulebook, name="rulebook"),
    path("rulebook/spasms/", rulebook.spasms_signature, name="spasms_signature"),
    path("set-up/", start.set_up, name="set_up"),
    path("set-up/confirm/<str:step>/", start.confirm_step, name="confirm_step"),
    path("set-up/go-live/", start.go_live, name="go_live"),
    path("set-up/as-if-open/", start.see_open, name="see_open"),
    path("set-up/stop/", start.stop_booking, name="stop_booking"),
    path("set-up/place/", place.place, name="set_up_place"),
    path("set-up/place/new/", place.new_place, name="set_up_new_place"),
    path("set-up/place/<int:location_id>/", place.one_place, name="set_up_one_place"),
    path("set-up/place/<int:location_id>/close/", place.close, name="close_place"),
    path("set-up/place/<int:location_id>/open/", place.reopen, name="reopen_place"),
    path("set-up/mail/", mail.mail, name="set_up_mail"),
    path("set-up/prices/", prices.prices, name="set_up_prices"),
    path("set-up/prices/new/", one_treatment.new_treatment, name="set_up_new_treatment"),
    path("set-up/prices/<int:treatment_id>/", one_treatment.one_treatment, name="set_up_treatment"),
    path("set-up/policy/", policy.policy, name="set_up_policy"),
    path("set-up/reminders/", reminders.reminders, name="set_up_reminders"),
    path("set-up/website/", website.website, name="set_up_website"),
    path("set-up/personal-data/", people.keeping, name="keeping"),
    path("set-up/notes/", phrases.phrases, name="set_up_phrases"),
    path("set-up/staff/", staff.staff, name="set_up_staff"),
    path("set-up/staff/invite/", staff.invite, name="staff_invite"),
    path("set-up/staff/<int:user_id>/", account_views.account, name="staff_account"),
    path("set-up/staff/<int:user_id>/password/", account_views.password, name="staff_password"),
    path("set-up/staff/<int:user_id>/second-factor/", account_views.second_factor, name="staff_factor"),
    path("set-up/staff/<int:user_id>/disable/", account_views.disable, name="staff_disable"),
    path("set-up/staff/<int:user_id>/enable/", account_views.enable, name="staff_enable"),
    path("set-up/staff/invited/<int:invitation_id>/again/", staff.send_again, name="staff_invite_again"),
    path("set-up/staff/invited/<int:invitation_id>/withdraw/", staff.withdraw, name="staff_withdraw"),
    path("set-up/rooms/", set_up_rooms.all_rooms, name="set_up_rooms"),
    path("set-up/rooms/<int:room_id>/", set_up_rooms.one_room, name="set_up_room"),
    path("set-up/rooms/<int:room_id>/<str:direction>/", set_up_rooms.move_room, name="set_up_move_room"),
    path("set-up/people/", set_up_people.people, name="set_up_people"),
    path("set-up/people/new/", set_up_people.new_person, name="set_up_new_person"),
    path("set-up/people/<int:therapist_id>/", set_up_people.person, name="set_up_person"),
    path("set-up/people/<int:therapist_id>/about/", profile_views.profile, name="set_up_profile"),
    path("set-up/people/<int:therapist_id>/leave/", profile_views.leave, name="set_up_leave"),
    path("set-up/people/<int:therapist_id>/return/", profile_views.come_back, name="set_up_return"),
    path("set-up/import/", carry.carry, name="set_up_carry"),
    path("set-up/import/visits/", carry_visits.carry_visits, name="set_up_carry_visits"),
    path("set-up/import/everything/", carry.take, name="set_up_take"),
    path("set-up/import/<str:public_id>/bring/", carry.bring, name="set_up_bring"),
    path("set-up/import/<str:public_id>/take-back/", carry.take_back, name="set_up_take_back"),
    path("set-up/emergency-number/", set_up.emergency_number, name="emergency_number"),
]

"""The register of personal data: every field about a person that is stored, and what becomes of it.

The one table that the copy, erasing and the nightly retention run on, and that the pages about it are made from. A
field of any installed model, a library's included, is listed here or in `NOT_ABOUT_A_PERSON`; a test walks them all.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from booking.models import Message


class Whose(StrEnum):
    """Whom a field is about."""

    CLIENT = "client"
    BOOKER = "booker"
    CONTACT = "contact"
    VISITOR = "visitor"
    PHYSICIAN = "physician"
    STAFF = "staff"


class Erased(StrEnum):
    """What becomes of a field when a person is erased."""

    WITH_ITS_ROW = "deleted with its row"
    BLANKED = "emptied"
    REPLACED = "replaced"
    KEPT = "kept"


@dataclass(frozen=True)
class Keep:
    """How long something is kept, and why. `years` names the field of the policy; without one, `fixed` says it.

    `what`, `why` and `since` are read by owners, by clients on the privacy page, and in docs/personal_data.md.
    """

    key: str
    what: Any
    why: Any
    since: Any
    years: str = ""
    fixed: Any = ""
    is_public: bool = True


HEALTH = Keep(
    "health",
    _("Answers to the safety check, results, letters, cases, notes of treatments, and what was noted for a visit"),
    _("They show what the treatment was based on, for as long as somebody may ask about it."),
    _("after the last visit or safety check"),
    years="keep_health_years",
)
BOOKS = Keep(
    "books",
    _("Name, contact details and visits"),
    _("The law makes a clinic keep its books. The name stays as long as the health answers do."),
    _("after the last visit"),
    years="keep_receipts_years",
)
UNBOOKED = Keep(
    "unbooked",
    _("A safety check that led to no visit, and the call about it"),
    _("We may have to answer a question about it."),
    _("after the last thing that happened"),
    years="keep_mails_years",
)
MAILS = Keep(
    "mails",
    _("Which emails we sent, and where to"),
    _("We can tell what was sent, and when."),
    _("after the email was due"),
    years="keep_mails_years",
)
TRAIL = Keep(
    "trail",
    _("Who at the clinic looked at or changed what, and when staff signed in or were away"),
    _("Clients can ask who has seen their data."),
    _("after it happened"),
    years="keep_trail_years",
)
ON_THE_WAY = Keep(
    "on_the_way",
    _("What is typed on the way to a booking, and what keeps a booking safe from misuse"),
    _("The next page needs it."),
    _("after it was typed, or once the visit begins"),
    fixed=_("a day"),
)
BROUGHT = Keep(
    "brought",
    _("What undoes a list of people or visits that the clinic brought from another system"),
    _("A list that was the wrong one can be taken back."),
    _("after it was brought"),
    fixed=_("seven days"),
    is_public=False,
)
STAFF = Keep(
    "staff",
    _("Names and accounts of the people who work here"),
    _("The history of visits and the trail name them."),
    "",
    fixed=_("for as long as the history names them"),
    is_public=False,
)
KEEPS = (HEALTH, BOOKS, UNBOOKED, MAILS, TRAIL, ON_THE_WAY, BROUGHT, STAFF)

BOOKS_STAY = _("that the visit took place, for the books")
TRAIL_STAYS = _("who did what, without the person’s name")
PROOF_STAYS = _("that an email was sent, without the address")
NAMES_NOBODY = _("names nobody")
TELLS_STAFF = _("who of the staff it was")
TELLS_OF_ERASING = _("that the person was erased, and when")


@dataclass(frozen=True)
class Field:
    """One field. `words` is its name in the copy and on pages; `why` says why it stays where erasing keeps it.

    With no `keep` of its own it is kept as long as its table.
    """

    name: str
    words: Any
    whose: Whose = Whose.CLIENT
    erased: Erased = Erased.WITH_ITS_ROW
    why: Any = ""
    is_copied: bool = True
    keep: Keep | None = None


@dataclass(frozen=True)
class Table:
    """The fields of one model. `part` is the table's name in the copy.

    `ties` say which rows belong to a person: a lookup, and which of the person's things it has to be among (`Subject` in
    subject.py). `since` is the moment from which the period of a row counts that belongs to no person's whole: mails,
    the trail. `settled` narrows these to the rows that nothing waits for any more.
    """

    model: str
    words: Any
    keep: Keep
    fields: tuple[Field, ...]
    part: str = ""
    ties: Mapping[str, str] = field(default_factory=dict)
    since: str = ""
    settled: Mapping[str, Any] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Field]:
        """The fields, each with how long it is kept."""
        return (one if one.keep else replace(one, keep=self.keep) for one in self.fields)

    @property
    def is_deleted(self) -> bool:
        """Whether erasing deletes the rows; else some fields of them stay."""
        return all(one.erased is Erased.WITH_ITS_ROW for one in self.fields)


def _goes(name: str, words: Any, whose: Whose = Whose.CLIENT, **more: Any) -> Field:
    """Deleted with its row."""
    return Field(name, words, whose, **more)


def _blank(name: str, words: Any, whose: Whose = Whose.CLIENT, **more: Any) -> Field:
    return Field(name, words, whose, Erased.BLANKED, **more)


def _new(name: str, words: Any, whose: Whose = Whose.CLIENT, **more: Any) -> Field:
    """Replaced by something else: by what, `erasing.REPLACED` says."""
    return Field(name, words, whose, Erased.REPLACED, **more)


def _stays(name: str, words: Any, why: Any, whose: Whose = Whose.CLIENT, **more: Any) -> Field:
    return Field(name, words, whose, Erased.KEPT, why, **more)


def _of_staff(*fields: tuple[str, Any]) -> tuple[Field, ...]:
    return tuple(_stays(name, words, TELLS_STAFF, Whose.STAFF, is_copied=False) for name, words in fields)


def _unshown(*fields: tuple[str, Any], whose: Whose = Whose.VISITOR) -> tuple[Field, ...]:
    """Goes with its row, and is too short-lived or too technical to be handed over."""
    return tuple(_goes(name, words, whose, is_copied=False) for name, words in fields)


# In the order in which rows can be deleted: what points to others comes before them.
REGISTER: tuple[Table, ...] = (
    Table(
        "booking.SlotHold",
        _("kept starts"),
        ON_THE_WAY,
        (
            *_unshown(
                ("draft", _("whose journey")),
                ("address", _("network")),
                ("kept_at", _("kept at")),
                ("extended_at", _("extended at")),
                ("unconfirmed_name", _("name")),
            ),
            _goes("user", _("kept by"), Whose.STAFF, is_copied=False),
        ),
        ties={"draft": "drafts"},
    ),
    Table(
        "booking.Submission",
        _("sent booking forms"),
        ON_THE_WAY,
        _unshown(
            ("draft_id", _("whose journey")),
            ("body_hash", _("fingerprint of the form")),
            ("created_at", _("sent at")),
        ),
        ties={"appointment": "visits"},
    ),
    Table(
        "booking.Origin",
        _("where a booking came from"),
        ON_THE_WAY,
        _unshown(
            ("network", _("network, as a keyed hash")),
            ("device", _("browser, as a keyed hash")),
            ("proved_at", _("email proved at")),
        ),
        ties={"appointment": "visits"},
    ),
    Table(
        "booking.FormerPlace",
        _("where a moved visit was"),
        ON_THE_WAY,
        _unshown(
            ("kept_until", _("can be undone until")),
            ("actor", _("moved by")),
            ("was_told", _("told by email")),
            ("starts_at", _("starts at")),
            ("ends_at", _("ends at")),
            ("wall_time", _("promised time")),
            ("first_free_until", _("free to change until")),
            ("confirmed_at", _("confirmed at")),
            ("therapist", _("therapist")),
            ("room", _("room")),
            whose=Whose.CLIENT,
        ),
        ties={"appointment": "visits"},
    ),
    Table(
        "booking.Draft",
        _("journeys on the way"),
        ON_THE_WAY,
        (
            _goes("answers", _("answers"), Whose.VISITOR),
            _goes("typed", _("typed"), Whose.VISITOR),
            _goes("created_at", _("begun at"), Whose.VISITOR),
            *_unshown(
                ("treatment", _("treatment")),
                ("minutes", _("minutes")),
                ("location", _("place")),
                ("wished_start", _("start wished for")),
                ("wished_therapist", _("with whom")),
                ("client", _("person")),
                ("intake", _("safety check")),
                ("previous_intake", _("safety check before")),
                ("consented_at", _("agreed at")),
                ("expires_at", _("until")),
            ),
        ),
        part="on_the_way",
        ties={"pk": "drafts"},
    ),
    Table(
        "booking.Condition",
        _("what had to be settled"),
        HEALTH,
        (
            _goes("appointment", _("visit")),
            _goes("kind", _("what")),
            _goes("settled_at", _("settled at")),
            _goes("settled_by", _("settled by"), Whose.STAFF, is_copied=False),
            _goes("remark", _("remark")),
        ),
        part="to_settle",
        ties={"appointment": "visits"},
    ),
    Table(
        "booking.CaseEvent",
        _("what happened about a case"),
        HEALTH,
        (
            _goes("case", _("case")),
            _goes("at", _("at")),
            _goes("by", _("by"), Whose.STAFF, is_copied=False),
            _goes("verb", _("what")),
            _goes("note", _("note")),
        ),
        part="history_of_cases",
        ties={"case": "cases"},
    ),
    Table(
        "booking.Clearance",
        _("physicians' letters"),
        HEALTH,
        (
            _goes("written_by", _("written by"), Whose.PHYSICIAN),
            _goes("written_date", _("written date")),
            _goes("allowed_treatments", _("allowed treatments")),
            _goes("limits", _("limits")),
            _goes("valid_until", _("valid until")),
            _goes("recorded_by", _("recorded by"), Whose.STAFF, is_copied=False),
            _goes("recorded_at", _("recorded at")),
            _goes("voided_at", _("taken back at")),
        ),
        part="letters",
        ties={"case": "cases", "intake": "intakes"},
    ),
    Table(
        "booking.Message",
        _("emails"),
        MAILS,
        (
            _stays("kind", _("what"), PROOF_STAYS),
            _new("state", _("state")),
            _blank("recipient", _("to"), Whose.BOOKER),
            _stays("due_at", _("due at"), PROOF_STAYS),
            _stays("handed_off_at", _("handed over at"), PROOF_STAYS),
            _stays("sent_at", _("sent at"), PROOF_STAYS),
            _stays("reason", _("why not"), PROOF_STAYS),
            _stays("created_at", _("written at"), PROOF_STAYS),
            _stays("account", _("account"), TELLS_STAFF, Whose.STAFF, is_copied=False),
        ),
        part="mails",
        ties={"appointment": "visits", "case": "cases", "pk": "mails"},
        since="due_at",
        settled={"state__in": Message.ENDED},
    ),
    Table(
        "booking.Case",
        _("cases"),
        HEALTH,
        (
            _goes("kind", _("about")),
            _goes("state", _("state")),
            _goes("opened_at", _("opened at")),
            _goes("closed_at", _("closed at")),
            _goes("contact_name", _("name"), Whose.CONTACT),
            _goes("contact_email", _("email"), Whose.CONTACT),
            _goes("contact_phone", _("phone"), Whose.CONTACT),
            _goes("may_call", _("agreed to a call"), Whose.CONTACT),
            _goes("owner", _("in whose hands"), Whose.STAFF, is_copied=False),
            _goes("intake", _("safety check")),
            _goes("client", _("person")),
            _goes("appointment", _("visit")),
        ),
        part="cases",
        ties={"pk": "cases"},
    ),
    Table(
        "booking.AdviceAnswers",
        _("answers for better advice"),
        HEALTH,
        (
            _goes("intake", _("safety check")),
            _goes("answers", _("answers")),
            _goes("answered_at", _("answered at")),
        ),
        part="answers_for_advice",
        ties={"intake": "intakes"},
    ),
    Table(
        "booking.Decision",
        _("results of safety checks"),
        HEALTH,
        (
            _goes("intake", _("safety check")),
            _goes("level", _("level")),
            _goes("conditions", _("to settle")),
            _goes("findings", _("findings")),
            _goes("decided_at", _("decided at")),
            _goes("valid_until", _("valid until")),
        ),
        part="results",
        ties={"intake": "intakes"},
    ),
    Table(
        "booking.Intake",
        _("safety checks"),
        HEALTH,
        (
            _goes("reference", _("reference")),
            _goes("client", _("person")),
            _goes("answers", _("answers")),
            _goes("consent_name", _("agreed by"), Whose.BOOKER),
            _goes("consented_at", _("agreed at")),
            _goes("created_at", _("answered at")),
            _goes("previous", _("follows")),
        ),
        part="safety_checks",
        ties={"pk": "intakes"},
    ),
    Table(
        "booking.NoteAddition",
        _("additions to notes"),
        HEALTH,
        (
            _goes("note", _("note")),
            _goes("text", _("words")),
            _goes("by", _("by"), Whose.STAFF),
            _goes("at", _("at")),
        ),
        part="additions_to_notes",
        ties={"note__appointment": "visits"},
    ),
    Table(
        "booking.Note",
        _("notes of treatments"),
        HEALTH,
        (
            _goes("appointment", _("visit")),
            _goes("author", _("begun by"), Whose.STAFF),
            _goes("content", _("what was noted")),
            _goes("created_at", _("begun at")),
            _goes("saved_at", _("saved at")),
            _goes("signed_at", _("signed at")),
            _goes("signed_by", _("signed by"), Whose.STAFF),
        ),
        part="notes",
        ties={"appointment": "visits"},
    ),
    Table(
        "booking.NoteGrant",
        _("who was let in to read notes"),
        HEALTH,
        (
            _goes("client", _("person")),
            _goes("reader", _("who may read"), Whose.STAFF, is_copied=False),
            _goes("reason", _("reason")),
            _goes("granted_by", _("allowed by"), Whose.STAFF, is_copied=False),
            _goes("granted_at", _("allowed at")),
            _goes("until", _("until")),
            _goes("ended_at", _("taken back at")),
        ),
        part="grants",
        ties={"client": "clients"},
    ),
    Table(
        "booking.AppointmentEvent",
        _("what happened to a visit"),
        BOOKS,
        (
            _stays("appointment", _("visit"), BOOKS_STAY),
            _stays("at", _("at"), BOOKS_STAY),
            _stays("actor", _("by"), BOOKS_STAY),
            *_of_staff(("by", _("by whom"))),
            _stays("verb", _("what"), BOOKS_STAY),
            _stays("state", _("state"), BOOKS_STAY),
            _blank("reason", _("reason"), keep=HEALTH),
            _new("changes", _("changes"), keep=HEALTH),
        ),
        part="history_of_visits",
        ties={"appointment": "visits"},
    ),
    Table(
        "booking.Stranding",
        _("visits that needed a new time"),
        BOOKS,
        (
            _goes("appointment", _("visit")),
            _goes("why", _("why")),
            _goes("since_at", _("since")),
            _goes("kept_at", _("kept all the same at")),
            _goes("kept_by", _("kept by"), Whose.STAFF, is_copied=False),
            _goes("ended_at", _("settled at")),
        ),
        part="new_times",
        ties={"appointment": "visits"},
    ),
    Table(
        "booking.Claim",
        _("taken times"),
        ON_THE_WAY,
        (_stays("resource_id", _("whose time"), NAMES_NOBODY, is_copied=False),),
    ),
    Table(
        "booking.Appointment",
        _("visits"),
        BOOKS,
        (
            _stays("reference", _("reference"), BOOKS_STAY),
            _stays("state", _("state"), BOOKS_STAY),
            _stays("client", _("person"), BOOKS_STAY),
            _stays("treatment", _("treatment"), BOOKS_STAY),
            _stays("minutes", _("minutes"), BOOKS_STAY),
            _stays("therapist", _("therapist"), BOOKS_STAY),
            _stays("room", _("room"), BOOKS_STAY),
            _stays("location", _("place"), BOOKS_STAY),
            _stays("starts_at", _("starts at"), BOOKS_STAY),
            _stays("wall_time", _("promised time"), BOOKS_STAY),
            _stays("price", _("price"), BOOKS_STAY),
            _stays("currency", _("currency"), BOOKS_STAY),
            _blank("intake", _("safety check"), keep=HEALTH),
            _blank("booker_name", _("booked by"), Whose.BOOKER),
            _blank("booker_email", _("email"), Whose.BOOKER),
            _blank("booker_phone", _("phone"), Whose.BOOKER),
            _blank("access_needs", _("access needs"), keep=HEALTH),
            _blank("remark", _("note to the therapist"), keep=HEALTH),
            _stays("confirmed_at", _("confirmed at"), BOOKS_STAY),
            _stays("wants_reminders", _("wants reminders"), BOOKS_STAY),
            _new("link_generation", _("which links open it"), is_copied=False),
            _stays("created_at", _("booked at"), BOOKS_STAY),
        ),
        part="visits",
        ties={"pk": "visits"},
    ),
    Table(
        "booking.DeskLine",
        _("what staff wrote about a person"),
        HEALTH,
        (
            _goes("client", _("person")),
            _goes("text", _("line")),
            _goes("written_at", _("written at")),
            _goes("written_by", _("written by"), Whose.STAFF, is_copied=False),
            _goes("struck_at", _("struck at")),
            _goes("struck_by", _("struck by"), Whose.STAFF, is_copied=False),
        ),
        part="desk_lines",
        ties={"client": "clients"},
    ),
    Table(
        "booking.NotTheSame",
        _("records that are two people’s"),
        BOOKS,
        _unshown(
            ("one", _("one record")),
            ("other", _("the other")),
            ("said_at", _("said at")),
            ("said_by", _("said by")),
            whose=Whose.CLIENT,
        ),
        ties={"one": "clients", "other": "clients"},
    ),
    Table(
        "booking.Merge",
        _("merges that can be undone"),
        ON_THE_WAY,
        _unshown(
            ("kept", _("record that stayed")),
            ("gone", _("record that went")),
            ("merged_at", _("merged at")),
            ("merged_by", _("merged by")),
            ("undo_until", _("can be undone until")),
            ("was", _("name and contact details before")),
            ("moved", _("what came over")),
            whose=Whose.CLIENT,
        ),
        ties={"kept": "clients", "gone": "clients"},
    ),
    Table(
        "booking.Brought",
        _("what lines of a list have become"),
        BROUGHT,
        _unshown(
            ("client", _("person")),
            ("appointment", _("visit")),
            ("is_new", _("came with the list")),
            ("filled", _("names of fields that were filled in")),
            whose=Whose.CLIENT,
        ),
        ties={"client": "clients", "appointment": "visits"},
    ),
    Table(
        "booking.Bringing",
        _("lists that wait to be brought in"),
        ON_THE_WAY,
        (
            *_unshown(
                ("text", _("the list")),
                ("plan", _("what was read from it")),
                ("file_name", _("name of the file")),
                whose=Whose.CLIENT,
            ),
            _goes("user", _("by whom"), Whose.STAFF, is_copied=False),
        ),
        ties={"pk": "lists"},
    ),
    Table(
        "booking.SearchKey",
        _("what a person is found by"),
        BOOKS,
        _unshown(
            ("client", _("person")), ("kind", _("part")), ("key", _("part of a name or contact")), whose=Whose.CLIENT
        ),
        ties={"client": "clients"},
    ),
    Table(
        "booking.Client",
        _("people"),
        BOOKS,
        (
            _new("name", _("name")),
            _blank("email", _("email")),
            _blank("phone", _("phone")),
            _blank("birth_date", _("date of birth")),
            _blank("household", _("household"), is_copied=False),
            _stays("merged_into", _("record that it became a part of"), BOOKS_STAY, is_copied=False),
            _stays("created_at", _("first booked"), BOOKS_STAY),
            _new("erased_at", _("erased at"), is_copied=False),
        ),
        part="person",
        ties={"pk": "clients"},
    ),
    Table(
        "admin.LogEntry",
        _("the back office's log"),
        TRAIL,
        (
            _blank("object_repr", _("what it was called"), is_copied=False),
            _blank("change_message", _("what was changed"), is_copied=False),
            _stays("object_id", _("number"), TRAIL_STAYS, is_copied=False),
            _stays("action_time", _("at"), TRAIL_STAYS, is_copied=False),
            *_of_staff(("user", _("by whom"))),
        ),
        ties={"pk": "admin_lines"},
        since="action_time",
    ),
    Table(
        "clinic.AuditEntry",
        _("lines of the trail"),
        TRAIL,
        (
            _stays("at", _("at"), TRAIL_STAYS, is_copied=False),
            *_of_staff(("by", _("by whom"))),
            _stays("verb", _("what"), TRAIL_STAYS, is_copied=False),
            _stays("object_id", _("number"), TRAIL_STAYS, is_copied=False),
            _stays("fields", _("names of fields"), TRAIL_STAYS, is_copied=False),
        ),
        since="at",
    ),
    Table(
        "sessions.Session",
        _("browsers that are here"),
        ON_THE_WAY,
        (
            _new("session_data", _("which journey, and what the next page says"), Whose.VISITOR, is_copied=False),
            _stays("session_key", _("key"), NAMES_NOBODY, Whose.VISITOR, is_copied=False),
            _stays("expire_date", _("until"), NAMES_NOBODY, Whose.VISITOR, is_copied=False),
        ),
        ties={"pk": "sessions"},
    ),
    Table(
        "booking.Spent",
        _("used limits"),
        ON_THE_WAY,
        (
            _stays("subject", _("whose, as a keyed hash"), NAMES_NOBODY, Whose.VISITOR, is_copied=False),
            _stays("until", _("until"), NAMES_NOBODY, Whose.VISITOR, is_copied=False),
        ),
    ),
    Table(
        "auth.User",
        _("accounts"),
        STAFF,
        (
            *_of_staff(
                ("username", _("name to sign in with")),
                ("password", _("password, as a hash")),
                ("first_name", _("first name")),
                ("last_name", _("last name")),
                ("email", _("email")),
                ("date_joined", _("since")),
                ("is_active", _("may sign in")),
                ("is_staff", _("may open the back office")),
                ("is_superuser", _("may do everything in the back office")),
            ),
            _stays("last_login", _("signed in last"), TELLS_STAFF, Whose.STAFF, is_copied=False, keep=TRAIL),
        ),
        since="last_login",
    ),
    Table(
        "auth.User_groups", _("groups of an account"), STAFF, _of_staff(("user", _("account")), ("group", _("group")))
    ),
    Table(
        "auth.User_user_permissions",
        _("permissions of an account"),
        STAFF,
        _of_staff(("user", _("account")), ("permission", _("permission"))),
    ),
    Table(
        "otp_totp.TOTPDevice",
        _("second factors"),
        STAFF,
        (
            *_of_staff(
                ("user", _("account")),
                ("name", _("name")),
                ("key", _("secret")),
                ("created_at", _("since")),
                ("throttling_failure_timestamp", _("last wrong code")),
            ),
            _stays("last_used_at", _("used last"), TELLS_STAFF, Whose.STAFF, is_copied=False, keep=TRAIL),
        ),
        since="last_used_at",
    ),
    Table(
        "otp_static.StaticDevice",
        _("recovery codes"),
        STAFF,
        (
            *_of_staff(
                ("user", _("account")),
                ("name", _("name")),
                ("created_at", _("since")),
                ("throttling_failure_timestamp", _("last wrong code")),
            ),
            _stays("last_used_at", _("used last"), TELLS_STAFF, Whose.STAFF, is_copied=False, keep=TRAIL),
        ),
        since="last_used_at",
    ),
    Table("otp_static.StaticToken", _("recovery codes"), STAFF, _of_staff(("token", _("code")))),
    Table(
        "clinic.StaffProfile",
        _("parts in the clinic"),
        STAFF,
        _of_staff(("user", _("account")), ("role", _("role")), ("therapist", _("therapist"))),
    ),
    Table(
        "booking.StaffMails",
        _("emails that staff chose"),
        STAFF,
        _of_staff(
            ("user", _("account")),
            ("kinds", _("which")),
            ("only_own", _("only their own")),
            ("therapist", _("therapist")),
        ),
    ),
    Table(
        "booking.Invitation",
        _("invitations to work here"),
        STAFF,
        _of_staff(
            ("name", _("name")),
            ("email", _("email")),
            ("role", _("role")),
            ("therapist", _("therapist")),
            ("invited_by", _("invited by")),
            ("sent_at", _("sent at")),
        ),
    ),
    Table("clinic.Taken", _("what was taken up"), STAFF, _of_staff(("by", _("by whom")), ("at", _("at")))),
    Table(
        "services.Therapist",
        _("therapists"),
        STAFF,
        _of_staff(
            ("name", _("name")),
            ("is_active", _("works here")),
            ("about", _("in their own words")),
            ("training", _("training")),
            ("languages", _("languages")),
            ("gender", _("found as a woman or a man")),
            ("portrait", _("portrait")),
        ),
    ),
    Table(
        "services.Picture",
        _("portraits, and pictures of the place"),
        STAFF,
        _of_staff(("content", _("picture")), ("digest", _("mark of its content"))),
    ),
    Table(
        "services.Therapist_treatments",
        _("skills"),
        STAFF,
        _of_staff(("therapist", _("therapist")), ("treatment", _("treatment"))),
    ),
    Table(
        "services.WorkingHours",
        _("working hours"),
        STAFF,
        _of_staff(
            ("therapist", _("therapist")),
            ("location", _("place")),
            ("weekday", _("weekday")),
            ("opens", _("from")),
            ("closes", _("until")),
            ("first_date", _("first day")),
            ("last_date", _("last day")),
        ),
    ),
    Table(
        "services.TimeOff",
        _("time off"),
        STAFF,
        (
            *_of_staff(("therapist", _("therapist")), ("starts_at", _("from")), ("ends_at", _("until"))),
            _stays("reason", _("reason"), TELLS_STAFF, Whose.STAFF, is_copied=False, keep=TRAIL),
        ),
        since="ends_at",
    ),
    Table(
        "booking.RulebookSignature",
        _("signatures of the rulebook, and of the page about spasms"),
        STAFF,
        _of_staff(
            ("clinician_name", _("clinician")),
            ("registration", _("registration")),
            ("signed_date", _("signed on")),
            ("recorded_by", _("recorded by")),
            ("recorded_at", _("recorded at")),
        ),
    ),
)

# Everything else that is stored, field by field. Keys of rows are left out everywhere.
NOT_ABOUT_A_PERSON: Mapping[str, tuple[str, ...]] = {
    "booking.SlotHold": ("appointment",),
    "booking.Submission": ("key", "appointment"),
    "booking.Origin": ("appointment",),
    "booking.FormerPlace": ("appointment", "busy_until", "time_zone", "wall_time_lost_at"),
    "booking.Bringing": (
        "public_id",
        "kind",
        "columns",
        "choices",
        "uploaded_at",
        "kept_until",
        "applied_at",
        "undone_at",
        "counts",
    ),
    "booking.Brought": ("bringing", "line", "version"),
    "booking.Clearance": ("case", "intake"),
    "booking.Message": (
        "dedupe_key",
        "appointment",
        "case",
        "location",
        "on_date",
        "version",
        "next_try_at",
        "only_unconfirmed",
        "known",
        "message_id",
        "lease_token",
        "lease_until",
        "attempts",
        "was_unclear",
    ),
    "booking.Decision": ("rulebook_version", "mapped_from"),
    "booking.Note": ("version",),
    "booking.NotePhrase": ("part", "words", "treatment", "position"),
    "booking.NoteTemplate": ("treatment", "found", "did", "next"),
    "booking.Intake": ("is_complete", "schema_version", "consent_text_version"),
    "booking.AppointmentEvent": ("version",),
    "booking.Claim": ("appointment", "kind", "cell"),
    "booking.Appointment": (
        "public_id",
        "version",
        "ends_at",
        "busy_until",
        "time_zone",
        "wall_time_lost_at",
        "cancelled_from",
        "deadline_at",
        "first_free_until",
    ),
    "booking.Client": ("public_id", "version"),
    "booking.Invitation": ("public_id", "generation"),
    "booking.Parking": ("since",),
    "booking.Heartbeat": ("name", "beat_at"),
    "booking.JourneyEnd": ("month", "where", "count"),
    "booking.Change": ("value",),
    "booking.RulebookSignature": ("rulebook_version",),
    "booking.Spent": ("limit",),
    "clinic.AuditEntry": ("object_type",),
    "clinic.Taken": ("kind", "row_id"),
    "admin.LogEntry": ("content_type", "action_flag"),
    "auth.Permission": ("name", "content_type", "codename"),
    "auth.Group": ("name",),
    "auth.Group_permissions": ("group", "permission"),
    "contenttypes.ContentType": ("app_label", "model"),
    "otp_totp.TOTPDevice": (
        "confirmed",
        "throttling_failure_count",
        "step",
        "t0",
        "digits",
        "tolerance",
        "drift",
        "last_t",
    ),
    "otp_static.StaticDevice": ("confirmed", "throttling_failure_count"),
    "otp_static.StaticToken": ("device",),
    "services.Location": (
        "name",
        "address",
        "phone",
        "time_zone",
        "country",
        "is_active",
        "at_the_door",
        "step_free",
        "step_free_words",
        "directions",
        "parking",
        "bicycle",
        "quiet",
        "running_late",
        "map_link",
        "door_photo",
    ),
    "services.Picture": ("width", "height"),
    "services.Treatment": (
        "key",
        "name",
        "summary",
        "description",
        "suits",
        "firmness",
        "like",
        "uses_heat",
        "turnover_minutes",
        "order",
        "is_active",
    ),
    "services.TreatmentLength": ("treatment", "minutes", "price", "is_active"),
    "services.Price": ("length", "first_date", "amount"),
    "services.Room": ("location", "name", "order", "is_active"),
    "services.Room_treatments": ("room", "treatment"),
    "services.TimeOff": ("location",),
    "services.Stamp": ("value",),
    "services.ClinicPolicy": (
        "opened_at",
        "stopped_at",
        "clinic_name",
        "contact_email",
        "headline",
        "intro",
        "accent",
        "logo",
        "controller",
        "legal_basis",
        "data_recipients",
        "complaints_to",
        "read_by",
        "framed_by",
        "terms",
        "imprint",
        "currency",
        "notice_minutes",
        "horizon_days",
        "free_cancelling_hours",
        "late_cancelling_words",
        "changes_by_phone",
        "hold_minutes",
        "hold_extension_minutes",
        "undo_minutes",
        "grid_minutes",
        "quiet_from",
        "quiet_until",
        "intake_valid_days",
        "reception_reads_concerns",
        "writes_notes",
        "reminder_plan",
        "emergency_number",
        "emergency_number_confirmed",
        "advice_line",
        "maternity_line",
        "keep_health_years",
        "keep_receipts_years",
        "keep_mails_years",
        "keep_trail_years",
        "keep_confirmed_at",
        "prices_confirmed_at",
    ),
    "booking.RetentionRun": ("night_at", "started_at", "finished_at", "reached", "counts"),
}


def tables(*, deleted: bool | None = None) -> Iterator[Table]:
    """The tables of which rows can be a person's, in the order in which they can be deleted."""
    return (one for one in REGISTER if one.ties and deleted in (None, one.is_deleted))


def unlisted(models: Mapping[str, set[str]]) -> set[str]:
    """Which of the stored `models` (label to names of fields) have fields that nobody listed: "booking.Client.name"."""
    return {f"{label}.{name}" for label, names in models.items() for name in names - _listed(label)}


def unknown(models: Mapping[str, set[str]]) -> set[str]:
    """What is listed, and stored nowhere."""
    labels = {one.model for one in REGISTER} | set(NOT_ABOUT_A_PERSON)
    return {f"{label}.{name}" for label in labels for name in _listed(label) - models.get(label, set())}


def listed_twice() -> set[str]:
    """What is both about a person and not, or in one of the two twice."""
    names = [f"{table.model}.{one.name}" for table in REGISTER for one in table]
    names += [f"{label}.{name}" for label, fields in NOT_ABOUT_A_PERSON.items() for name in fields]
    return {name for name in names if names.count(name) > 1}


def _listed(label: str) -> set[str]:
    about = {one.name for table in REGISTER if table.model == label for one in table}
    return about | set(NOT_ABOUT_A_PERSON.get(label, ()))

"""Everything that is kept about a person, for the copy that they have a right to. Reads only."""

from typing import Any

from django.db.models import Q

from booking.intake.findings import Findings
from booking.intake.history import find_intakes
from booking.intake.wording import answers_in_words
from booking.models import Appointment, Case, Clearance, Client, Decision, Intake, Message
from booking.when import Wall, format_moment


def collect_personal_data(*, client: Client) -> dict[str, Any]:
    """As plain values, ready for JSON. Moments are ISO in UTC; visits also say the local time that was promised.

    Health answers are in the clear: the copy is for the person, and is handed over by a person.
    """
    intakes = find_intakes(client=client)
    told_of = Q(client=client) | Q(appointment__client=client) | Q(intake__in=intakes)
    return {
        "person": {
            "name": client.name,
            "email": client.email,
            "phone": client.phone,
            "first_booked": client.created_at.isoformat(),
        },
        "visits": [_visit(visit) for visit in client.appointments.select_related("treatment", "therapist", "location")],
        "safety_checks": [
            _intake(intake) for intake in intakes.select_related("for_advice").prefetch_related("decisions")
        ],
        "cases": [_case(case) for case in Case.objects.filter(told_of).prefetch_related("events")],
        "letters": [_letter(letter) for letter in Clearance.objects.filter(intake__in=intakes)],
        "mails": [_mail(mail) for mail in Message.objects.filter(appointment__client=client)],
    }


def _visit(visit: Appointment) -> dict[str, Any]:
    return {
        "reference": visit.reference,
        "starts_at": visit.starts_at.isoformat(),
        "local_time": format_moment(visit.starts_at, Wall.of_visit(visit)),
        "minutes": visit.minutes,
        "treatment": visit.treatment.name,
        "therapist": visit.therapist.name,
        "place": visit.location.name,
        "price": f"{visit.price} {visit.currency}",
        "state": visit.state,
        "booked_by": {"name": visit.booker_name, "email": visit.booker_email, "phone": visit.booker_phone},
        "access_needs": visit.access_needs,
        "history": [
            {"at": event.at.isoformat(), "what": event.verb, "by": event.actor, "reason": event.reason}
            for event in visit.events.all()
        ],
        "to_settle": [
            {"what": condition.kind, "settled_at": _iso(condition.settled_at), "remark": condition.remark}
            for condition in visit.conditions.all()
        ],
    }


def _intake(intake: Intake) -> dict[str, Any]:
    return {
        "reference": intake.reference,
        "answered_at": intake.created_at.isoformat(),
        "agreed_at": intake.consented_at.isoformat(),
        "agreed_by": intake.consent_name,
        "answers": intake.answers,
        "in_words": [
            {"question": row.question, "answer": row.answer}
            for row in answers_in_words(intake.answers, version=intake.schema_version)
        ],
        "for_advice": intake.for_advice.answers if hasattr(intake, "for_advice") else {},
        "results": [_decision(decision) for decision in intake.decisions.all()],
    }


def _decision(decision: Decision) -> dict[str, Any]:
    findings = Findings.of(decision)
    return {
        "level": decision.level,
        "decided_at": decision.decided_at.isoformat(),
        "valid_until": decision.valid_until.isoformat(),
        "reasons": [reason.client for reason in findings.reasons],
        "treatments_left_out": list(findings.excluded),
        "regions_to_avoid": list(findings.avoid),
    }


def _case(case: Case) -> dict[str, Any]:
    return {
        "about": case.kind,
        "state": case.state,
        "opened_at": case.opened_at.isoformat(),
        "contact": {"name": case.contact_name, "email": case.contact_email, "phone": case.contact_phone},
        "history": [
            {"at": event.at.isoformat(), "what": event.verb, "note": event.note or ""} for event in case.events.all()
        ],
    }


def _letter(letter: Clearance) -> dict[str, Any]:
    return {
        "written_by": letter.written_by,
        "written_date": letter.written_date.isoformat(),
        "valid_until": letter.valid_until.isoformat(),
        "allowed_treatments": letter.allowed_treatments,
        "limits": letter.limits,
    }


def _mail(mail: Message) -> dict[str, Any]:
    return {"what": mail.kind, "to": mail.recipient, "due_at": mail.due_at.isoformat(), "sent_at": _iso(mail.sent_at)}


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None

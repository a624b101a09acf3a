"""What the columns of other systems are called. Pure.

A heading is compared without case, accents, spaces and signs, so "E-mail Address" is "emailaddress". Notes are never taken
over by themselves: other systems keep words about health there, and an owner has to say that they want them.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from enum import StrEnum


class Column(StrEnum):
    """What a column is read as. `UNUSED`: left out."""

    UNUSED = ""
    NAME = "name"
    FIRST_NAME = "first name"
    LAST_NAME = "last name"
    EMAIL = "email"
    MOBILE = "mobile"
    PHONE = "phone"
    BIRTH_DATE = "date of birth"
    NOTES = "notes"
    # Of visits alone: see `booking.carrying.visit_columns`.
    DATE = "date"
    TIME = "time"
    END = "end"
    MINUTES = "minutes"
    TREATMENT = "treatment"
    THERAPIST = "therapist"
    PLACE = "place"
    STATUS = "status"
    CALLED_OFF = "called off"


# Of several columns that mean the same, these can be used together; of all others the first counts.
SEVERAL = frozenset({Column.EMAIL, Column.MOBILE, Column.PHONE, Column.NOTES})


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WHO = ("", "client", "customer", "patient", "contact", "guest", "member", "person", "attendee")
_OF_SOMEBODY: Mapping[Column, str] = {
    Column.NAME: "name fullname completename displayname nameandsurname",
    Column.FIRST_NAME: "firstname first fname givenname givennames forename forenames legalfirstname",
    Column.LAST_NAME: "lastname last lname surname familyname legallastname",
    Column.EMAIL: "email emailaddress mail emailid primaryemail mailaddress",
    Column.MOBILE: "mobile mobilephone mobilenumber mobilephonenumber mobileno cell cellphone cellnumber cellphonenumber "
    "phonemobile phonecell telephonemobile mobiletelephone textnumber smsnumber additionalmobilenumber",
    Column.PHONE: "phone phonenumber phonenumbers phoneno telephone telephonenumber telno tel contactnumber primaryphone "
    "telephoneno homephone homenumber homephonenumber phonehome workphone worknumber workphonenumber phonework daytimephone landline "
    "otherphone alternatephone alternatephonenumber businessphone dayphone nightphone eveningphone",
    Column.BIRTH_DATE: "dateofbirth birthdate birthday dob birth born datebirth",
}
_ELSEWHERE: Mapping[Column, str] = {
    Column.NAME: "client customer patient guest member attendee kunde kundenname kundin nomcomplet nombrecompleto naam",
    Column.FIRST_NAME: "vorname prenom nombre voornaam nome",
    Column.LAST_NAME: "nachname nom nomdefamille apellido apellidos achternaam cognome sobrenome",
    Column.EMAIL: "emailadresse courriel correo correoelectronico adressemail adresseemail",
    Column.MOBILE: "handy mobiltelefon mobilnummer portable telephoneportable movil telefonomovil cellulare celular mobil",
    Column.PHONE: "telefon telefonnummer telefono telefoon telefone telefonoprivato festnetz",
    Column.BIRTH_DATE: "geburtsdatum geburtstag datedenaissance fechadenacimiento geboortedatum datadinascita",
}
_BEGINNINGS = ("dateofbirth", "dob")  # "DOB (dd/mm/yyyy)"

KNOWN: Mapping[str, Column] = {
    **{alias: column for column, text in _ELSEWHERE.items() for alias in text.split()},
    **{
        who + alias: column
        for column, text in _OF_SOMEBODY.items()
        for alias in text.split()
        for who in _WHO
        if who + alias not in ("personborn", "memberfirst", "memberlast")
    },
}

# By which of their own headings the exports of others are known. Two are enough.
SYSTEMS: Mapping[str, frozenset[str]] = {
    "Cliniko": words(
        "patientid preferredname referralsource emergencycontact medicarenumber dvacardnumber occupation remindertype "
        "unsubscribesmsmarketing accountcreditamount appointmentnotes patientphonenumbers"
    ),
    "Jane": words(
        "patientnumber patientguid preferredname personalhealthnumber familydoctor referringprofessional "
        "registrationdate discharged lastvisitdate nextvisitdate pronouns prefix"
    ),
    "Fresha": words(
        "clientid acceptsmarketing acceptssmsmarketing clientsource referredby additionalmobilenumber blocked "
        "blockreason firstappointment lastappointment totalsales gender"
    ),
    "Mindbody": words(
        "id clientid barcodeid referraltype gender membershipstatus lastvisit liabilityrelease creationdate "
        "firstvisitdate homelocation emergencycontactname accountbalance emailoptin"
    ),
}

# Columns that say that somebody is a client no more.
GONE = words("archived archivedat deleted deletedat inactive deceased blocked discharged")


def plain(heading: str) -> str:
    """The heading as it is compared."""
    text = unicodedata.normalize("NFKD", heading.casefold())
    return re.sub(r"[^a-z0-9]", "", "".join(one for one in text if not unicodedata.combining(one)))


def recognise(header: Sequence[str], known: Mapping[str, Column] = KNOWN) -> tuple[Column, ...]:
    """What each column is, as far as its heading says so; the first of several that mean the same, but for `SEVERAL`."""
    found = list[Column]()
    for heading in header:
        column = _recognise(heading, known)
        is_taken = column in found and column not in SEVERAL
        found.append(Column.UNUSED if is_taken else column)
    if {Column.FIRST_NAME, Column.LAST_NAME} <= set(found) and Column.NAME in found:
        # Both parts say more than the whole.
        found[found.index(Column.NAME)] = Column.UNUSED
    if Column.NAME in found and Column.LAST_NAME in found:
        # "Name" beside "First name" alone is the surname; beside "Surname" alone it is the first one.
        found[found.index(Column.NAME)] = Column.FIRST_NAME
    if Column.NAME in found and Column.FIRST_NAME in found:
        found[found.index(Column.NAME)] = Column.LAST_NAME
    return tuple(found)


def count_known(cells: Sequence[str], known: Mapping[str, Column] = KNOWN) -> int:
    """How many of these could be headings that we know."""
    return sum(1 for cell in cells if _recognise(cell, known))


def is_enough(columns: Sequence[Column]) -> bool:
    """Whether people can be read from these: they need a name."""
    return any(one in (Column.NAME, Column.FIRST_NAME, Column.LAST_NAME) for one in columns)


def system_of(header: Sequence[str]) -> str:
    """Whose export it looks like; empty where nobody can tell."""
    here = {plain(one) for one in header}
    scores = {name: len(here & own) for name, own in SYSTEMS.items()}
    best = max(scores.values())
    leading = [name for name, score in scores.items() if score == best]
    return leading[0] if best >= 2 and len(leading) == 1 else ""


def _recognise(heading: str, known: Mapping[str, Column]) -> Column:
    word = plain(heading)
    if word in known:
        return known[word]
    # "E-mail 2 Address" and "Phone 1 - Value"
    numbered = known.get(re.sub(r"\d", "", word).removesuffix("value"), Column.UNUSED)
    if numbered in SEVERAL:
        return numbered
    return Column.BIRTH_DATE if known is KNOWN and word.startswith(_BEGINNINGS) else Column.UNUSED

"""What the columns of lists of visits are called, in other systems and by hand. Pure.

Whoever comes is told by the same headings as in a list of clients.
"""

import re
from collections.abc import Mapping, Sequence

from booking.carrying import columns
from booking.carrying.columns import Column

_OF_CLIENTS = frozenset({Column.NAME, Column.FIRST_NAME, Column.LAST_NAME, Column.EMAIL, Column.MOBILE, Column.PHONE})
_HEADINGS: Mapping[Column, str] = {
    Column.DATE: "date day appointmentdate bookingdate visitdate sessiondate classdate scheduleddate startdate dateofvisit "
    "dateofappointment datum tag termin fecha data",
    Column.TIME: "time start starts startat startsat starttime begin begins beginning from when datetime dateandtime "
    "datetimestart startdatetime startdateandtime appointmentstart appointmenttime appointmentstarttime bookingtime "
    "scheduledtime scheduled timeofday uhrzeit zeit beginn von heure debut hora inicio",
    Column.END: "end ends endat endsat endtime until to finish finishes finishtime enddatetime appointmentend "
    "appointmentendtime ende bis fin",
    Column.MINUTES: "minutes mins min duration length durationminutes durationmins durationmin durationinminutes "
    "durationinmins lengthminutes appointmentlength appointmentduration treatmentlength serviceduration time1 dauer duree "
    "duracion",
    Column.TREATMENT: "treatment treatments treatmentname treatmenttype service services servicename serviceitem "
    "appointmenttype appointmenttypename typeofappointment type session sessiontype sessionname visittype item itemname "
    "massage behandlung leistung prestation soin servicio tratamiento",
    Column.THERAPIST: "therapist therapistname practitioner practitionername staff staffname staffmember staffmembername "
    "provider providername employee employeename teammember teammembername professional stylist stylistname with "
    "assignedto bookedwith mitarbeiter therapeut behandler praticien profesional medewerker",
    Column.PLACE: "location locationname place venue site branch clinic clinicname business businessname "
    "visitlocation standort ort lieu sucursal",
    Column.STATUS: "status state appointmentstatus bookingstatus visitstatus arrivalstatus",
    Column.CALLED_OFF: "cancelled canceled iscancelled iscanceled cancelledat canceledat cancelledon canceledon "
    "cancellationdate canceldate datecancelled noshow didnotarrive deleted deletedat archived archivedat latecancel",
}
KNOWN: Mapping[str, Column] = {
    **{heading: column for heading, column in columns.KNOWN.items() if column in _OF_CLIENTS},
    **{heading: column for column, text in _HEADINGS.items() for heading in text.split()},
}
# What a column of such a list can be said to be, in this order.
MEANT = (*(Column.UNUSED, *_HEADINGS), Column.NAME, Column.FIRST_NAME, Column.LAST_NAME, Column.EMAIL, Column.PHONE)


def recognise(header: Sequence[str]) -> tuple[Column, ...]:
    """What each column is. Of "Start time (Europe/Dublin)" what is in brackets says nothing."""
    return columns.recognise([re.sub(r"[(\[].*?[)\]]", "", heading) or heading for heading in header], KNOWN)


def is_enough(found: Sequence[Column]) -> bool:
    """Whether visits can be read from these: when, what and who."""
    when = {Column.DATE, Column.TIME} & set(found)
    who = _OF_CLIENTS & set(found)
    return bool(when and who) and Column.TREATMENT in found

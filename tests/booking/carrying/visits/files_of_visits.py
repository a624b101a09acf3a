"""Lists of visits as other systems and spreadsheets write them, made here: each with what it should say.

The clinic is the one of the cast, on Monday 23 November 2026; its clients are those of `PEOPLE`.
"""

from dataclasses import dataclass

# Name, email, phone.
PEOPLE = (
    ("Niamh Byrne", "niamh@example.com", ""),
    ("Cian Walsh", "cian@example.ie", "085 555 0142"),
    ("Mary Murphy", "mary@example.ie", ""),
    ("Mary Murphy", "", "085 555 0143"),
    ("Seán Walsh", "cian@example.ie", ""),
)
ZONE = "Days and times are read as Dublin time."


@dataclass(frozen=True)
class Case:
    """`content` of a file, which visits are ready ("2: Tue 24 Nov 10:00, 60, Therapist 1, Niamh Byrne"), and what is said."""

    content: bytes
    visits: tuple[str, ...] = ()
    wrong: tuple[tuple[int, str], ...] = ()
    said: tuple[str, ...] = (ZONE,)
    asks: tuple[tuple[str, str, int], ...] = ()
    left: int = 0


NIAMH = "2: Tue 24 Nov 10:00, 60, Therapist 1, Niamh Byrne"

CASES: dict[str, Case] = {
    "a plain spreadsheet": Case(
        b"Date,Time,Treatment,Minutes,Therapist,Client,Email\n"
        b"2026-11-24,10:00,Swedish,60,Therapist 1,Niamh Byrne,niamh@example.com\n",
        (NIAMH,),
    ),
    "Jane: day and time in one cell, called-off visits": Case(
        b"Appointment Start,Appointment End,Treatment Name,Staff Member Name,Patient Number,Patient First Name,"
        b"Patient Last Name,Status,Location\n"
        b'"November 24, 2026 at 10:00 AM","November 24, 2026 at 11:00 AM",60 Minute Swedish Massage,Therapist 1,7,Niamh,'
        b"Byrne,booked,Alder Street\n"
        b'"November 24, 2026 at 12:00 PM",,60 Minute Swedish Massage,Therapist 1,7,Niamh,Byrne,cancelled,Alder Street\n'
        b'"November 24, 2026 at 1:00 PM",,60 Minute Swedish Massage,Therapist 1,7,Niamh,Byrne,no_show,Alder Street\n',
        (NIAMH,),
        said=(ZONE, "2 visits were cancelled or missed. They are left out."),
        left=2,
    ),
    "Cliniko: instants with their offset, a day of cancelling": Case(
        b"Starts at,Ends at,Appointment type,Practitioner,Patient,Patient email,Cancelled at\n"
        b"2026-11-24T11:00:00+01:00,2026-11-24T12:00:00+01:00,Swedish massage,Therapist 1,Niamh Byrne,,\n"
        b"2026-11-25 10:00:00 UTC,2026-11-25 11:00:00 UTC,Swedish massage,Therapist 1,Niamh Byrne,,2026-11-20 09:00:00 UTC\n",
        (NIAMH,),
        said=(ZONE, "1 visit was cancelled or missed. It is left out."),
        left=1,
    ),
    "Fresha: semicolons, 12 hours, lengths in words": Case(
        "Scheduled date;Time;Service;Duration;Team member;Client;Mobile\r\n"
        "24 Nov 2026;10:00am;Swedish;1h;Therapist 1;Niamh Byrne;\r\n"
        "24/11/2026;2.30pm;Swedish;60min;Therapist 2;;+353 85 555 0142\r\n".encode("utf-16"),
        (NIAMH, "3: Tue 24 Nov 14:30, 60, Therapist 2, Cian Walsh"),
    ),
    "Mindbody: month first, a span of time": Case(
        b'Date,Time,Session Type,Staff,Client\n11/24/2026,10:00 AM - 11:00 AM,Swedish,"1, Therapist","Byrne, Niamh"\n',
        (NIAMH,),
    ),
    "figures of a spreadsheet": Case(
        b"sep=;\nDate;Start;Service;Length;With;Client\n46350;0,4166667;Swedish;0,0416667;Therapist 1;Niamh Byrne\n"
        b'46350,4166667;;="Swedish";60.0;Therapist 2;Cian Walsh\n',
        ("3: Tue 24 Nov 10:00, 60, Therapist 1, Niamh Byrne", "4: Tue 24 Nov 10:00, 60, Therapist 2, Cian Walsh"),
    ),
    "days that nobody can tell from months, and the length of the treatment": Case(
        b"Day,Time,Treatment,Therapist,Name\n01/12/2026,10:00,Swedish,Therapist 1,Niamh Byrne\n",
        ("2: Tue 01 Dec 10:00, 60, Therapist 1, Niamh Byrne",),
        said=(ZONE, "Days like 01/12/2026 are read as Tuesday 1 December 2026."),
    ),
    "names of others: asked for once each": Case(
        b"Date,Time,Treatment,Therapist,Name\n"
        b"2026-11-24,10:00,60 min RMT,Therapist 1,Niamh Byrne\n2026-11-25,10:00,RMT (60 min),Therapist 1,Niamh Byrne\n"
        b"2026-11-26,10:00,Rub,Joan,Niamh Byrne\n2026-11-26,10:00,Swedish,Therapist,Niamh Byrne\n"
        b"2026-11-26,10:00,Swedish,,Niamh Byrne\n",
        wrong=(
            (2, "You have no treatment called “RMT”."),
            (3, "You have no treatment called “RMT”."),
            (4, "Nobody called “Joan” works here."),
            (4, "You have no treatment called “Rub”."),
            (5, "Nobody called “Therapist” works here."),
            (6, "It does not say with whom."),
        ),
        asks=(
            ("treatment-2", "RMT", 2),
            ("treatment-4", "Rub", 1),
            ("therapist-4", "Joan", 1),
            ("therapist-5", "Therapist", 1),
        ),
    ),
    "who it could be": Case(
        b"Date,Time,Treatment,Therapist,Name,Email\n"
        b"2026-11-24,09:00,Swedish,Therapist 1,Mary Murphy,\n"
        b"2026-11-24,10:15,Swedish,Therapist 1,Mary Murphy,MARY@example.ie\n"
        b"2026-11-24,11:30,Swedish,Therapist 1,Nobody Here,\n"
        b"2026-11-24,11:30,Swedish,Therapist 1,Orla Walsh,cian@example.ie\n"
        b"2026-11-24,11:30,Swedish,Therapist 1,Niamh Byrne,other@example.com\n"
        b"2026-11-24,11:30,Swedish,Therapist 1,,cian@example.ie\n"
        b"2026-11-24,11:30,Swedish,Therapist 1,,\n"
        b"2026-11-24,11:30,Swedish,Therapist 1,Sean  WALSH,cian@example.ie\n",
        (
            "3: Tue 24 Nov 10:15, 60, Therapist 1, Mary Murphy",
            "9: Tue 24 Nov 11:30, 60, Therapist 1, Seán Walsh",
        ),
        wrong=(
            (2, "“Mary Murphy” could be several clients of yours. An email or a phone would tell."),
            (4, "“Nobody Here” is no client of yours yet. Bring your list of clients in first."),
            (5, "“Orla Walsh”: this email or phone is somebody else’s."),
            (6, "“Niamh Byrne” is a client of yours with another email or phone."),
            (7, "“cian@example.ie” could be several clients of yours. An email or a phone would tell."),
            (8, "There is nobody here."),
        ),
    ),
    "what the diary has no room for": Case(
        b"Date,Time,Treatment,Minutes,Therapist,Name\n"
        b"2026-11-24,08:00,Swedish,60,Therapist 1,Niamh Byrne\n"
        b"2026-11-24,09:10,Swedish,60,Therapist 1,Niamh Byrne\n"
        b"2026-11-24,09:45,Swedish,60,Therapist 1,Cian Walsh\n"
        b"2026-11-24,09:30,Swedish,60,Therapist 2,Niamh Byrne\n"
        b"2026-11-24,12:00,Swedish,50,Therapist 1,Niamh Byrne\n"
        b"2026-11-24,12:02,Swedish,60,Therapist 1,Niamh Byrne\n"
        b"2036-11-24,12:00,Swedish,60,Therapist 1,Niamh Byrne\n"
        b"2026-11-24,14:30,Swedish,60,Therapist 1,Cian Walsh\n",
        ("3: Tue 24 Nov 09:10, 60, Therapist 1, Niamh Byrne",),
        wrong=(
            (2, "Therapist 1 does not work through a visit at Tuesday 08:00."),
            (4, "Line 3 takes that time."),
            (5, "Line 3 is the same person at that time."),
            (6, "Swedish, 50 minutes, is not on offer on that day."),
            (7, "Tuesday 12:02 is not one of our starting times."),
            (8, "Monday 24 November, 12:00 is further ahead than visits can be booked."),
            (9, "Therapist 1 is taken at Tuesday 14:30."),
        ),
        said=(
            ZONE,
            "1 visit begins between your starting times. It keeps its time, and is listed under “Safety decisions”.",
        ),
    ),
    "past, here already, and hours that clocks never show or show twice": Case(
        b"Date,Time,Treatment,Therapist,Name\n"
        b"2019-11-25,10:00,Something old,Somebody gone,Niamh Byrne\n"
        b"2026-11-23,07:00,Swedish,Therapist 1,Niamh Byrne\n"
        b"2026-11-24,14:30,Swedish,Therapist 1,Niamh Byrne\n"
        b"2027-03-28,01:30,Swedish,Therapist 1,Niamh Byrne\n"
        b"2027-10-31,01:30,Swedish,Therapist 1,Niamh Byrne\n",
        wrong=(
            (5, "The clocks are put forward over 01:30 on that day: there is no such time."),
            (6, "The clocks are put back over 01:30 on that day: it comes twice."),
        ),
        said=(
            ZONE,
            "2 visits are past. They are left out.",
            "1 visit is in your diary already. It is left out.",
        ),
        left=3,
    ),
    "what is no visit, and a formula": Case(
        b"My diary\nDate,Time,Treatment,Minutes,Therapist,Name\n"
        b"soon,10:00,Swedish,60,Therapist 1,Niamh Byrne\n"
        b"2026-11-24,,Swedish,60,Therapist 1,Niamh Byrne\n"
        b"2026-11-24,25:00,Swedish,60,Therapist 1,Niamh Byrne\n"
        b"2026-11-24,10:00,Swedish,a while,Therapist 1,Niamh Byrne\n"
        b"2026-11-24,10:00,,60,Therapist 1,Niamh Byrne\n"
        b"2026-11-24,10:00,Swedish,60,Therapist 1,=HYPERLINK(1)\n"
        b"2026-11-24,10:00,Swedish,60,Therapist 1,Niamh Byrne,more\n"
        b"Total,7,,,,\n",
        wrong=(
            (3, "“soon” is no day or time."),
            (4, "There is no time of day here."),
            (5, "“25:00” is no day or time."),
            (6, "“a while” is no length and no end."),
            (7, "There is no treatment here."),
            (8, "“=HYPERLINK(1)” is no name. The line is left out."),
            (9, "There are more cells than headings here, so they may have slipped."),
        ),
        said=(ZONE, "Line 10 is a total or a remark. It is left out."),
    ),
}

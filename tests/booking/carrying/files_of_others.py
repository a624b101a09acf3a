"""Files as other systems and spreadsheets write them, made here: each with what it should say."""

import io
import zipfile
from dataclasses import dataclass

from booking.carrying.people import Person

Wrong = tuple[tuple[int, str], ...]
NO_NAME = "There is no name here. The line is left out."


@dataclass(frozen=True)
class Case:
    """`content` of a file of a clinic in `country`, and what is read from it; or the one sentence that refuses it."""

    content: bytes
    people: tuple[Person, ...] = ()
    wrong: Wrong = ()
    said: tuple[str, ...] = ()
    system: str = ""
    refused: str = ""
    country: str = "IE"


def zipped(name: str, content: bytes, *others: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr(name, content)
        for other in others:
            packed.writestr(other, b"x")
    return file.getvalue()


NIAMH = Person(2, "Niamh Byrne", "niamh@example.ie", "085 555 0199", "1980-12-31")

CASES: dict[str, Case] = {
    "plain": Case(b"Name,Email,Phone,Date of birth\nNiamh Byrne,niamh@example.ie,085 555 0199,31/12/1980\n", (NIAMH,)),
    "utf-8 with a mark, semicolons, Windows lines": Case(
        "Name;E-Mail;Telefon\r\nSinéad Ó Briain;sinead@example.ie;01 555 0177\r\n".encode("utf-8-sig"),
        (Person(2, "Sinéad Ó Briain", "sinead@example.ie", "01 555 0177"),),
    ),
    "utf-16 with tabs": Case(
        "Name\tEmail\r\nZoë Łoś\tzoe@example.ie\r\n".encode("utf-16"), (Person(2, "Zoë Łoś", "zoe@example.ie"),)
    ),
    "utf-16 without a mark": Case(
        "Name,Email\nMåns,mans@example.ie\n".encode("utf-16-be"), (Person(2, "Måns", "mans@example.ie"),)
    ),
    "Windows-1252 with a line for the separator": Case(
        "sep=;\r\nName;Email\r\nAoife “Fee” O’Neill;fee@example.ie\r\n".encode("cp1252"),
        (Person(3, "Aoife “Fee” O’Neill", "fee@example.ie"),),
    ),
    "Latin-1 with Mac line ends and bars": Case(
        "Name|Phone\rJosé\x81 Núñez|01 555 0177\r".encode("latin-1"), (Person(2, "José Núñez", "", "01 555 0177"),)
    ),
    "quoted line ends, empty columns at the end, and headings twice": Case(
        b'Name,Phone,Phone,Address,,\n"Byrne, Niamh",085 555 0199,(01) 555-0177,"1 Main St\nDublin 8",,\n'
        b'"Niamh Byrne, PhD",,,,,\n',
        (
            Person(2, "Niamh Byrne", "", "085 555 0199", lines=("Other phone: (01) 555-0177",)),
            Person(4, "Niamh Byrne, PhD"),
        ),
    ),
    "headings below a title, headings again, and a total": Case(
        b"Client list,,\nCreated on 3 May 2026,,\n\nName,Email,Visits\nAnn,ann@example.ie,3\nName,Email,Visits\n"
        b"Bob,bob@example.ie,4\nTotal,,7\n",
        (Person(5, "Ann", "ann@example.ie"), Person(7, "Bob", "bob@example.ie")),
        said=(
            "Line 6 repeats the headings. It is left out.",
            "Line 8 is a total or a remark. It is left out.",
        ),
    ),
    "numbers as a spreadsheet keeps them": Case(
        b'Name,Phone\nA,3.53855550199E+11\nB,3.53E+11\nC,353855550199.0\nD,855550199\nE,"=""0855550199"""\n'
        b"F,'+353855550199\nG,447911123456\n",
        (
            Person(2, "A", "", "+353855550199"),
            Person(3, "B"),
            Person(4, "C", "", "+353855550199"),
            Person(5, "D", "", "085 555 0199"),
            Person(6, "E", "", "0855550199"),
            Person(7, "F", "", "+353855550199"),
            Person(8, "G", "", "+447911123456"),
        ),
        wrong=((3, "“3.53E+11” is a number that a spreadsheet has rounded: its digits are lost. It is left out."),),
    ),
    "days as a spreadsheet keeps them": Case(
        b'Name,DOB\nA,29586\nB,1980-12-31 00:00:00\nC,31-Dec-80\nD,"December 31, 1980"\nE,31.12.1980\nF,0000-00-00\n'
        b"G,31/02/1980\nH,45678.0\n",
        (
            *(Person(2 + at, name, birth_date="1980-12-31") for at, name in enumerate("ABCDE")),
            Person(7, "F"),
            Person(8, "G"),
            Person(9, "H", birth_date="2025-01-21"),
        ),
        wrong=((8, "“31/02/1980” is no date of birth. It is left out."),),
    ),
    "days by the country": Case(
        b"Name,Birthday\nA,03/04/1980\n",
        (Person(2, "A", birth_date="1980-03-04"),),
        said=("Days of birth like 03/04/1980 are read as Tuesday 4 March 1980.",),
        country="US",
    ),
    "days by another line of the column": Case(
        b"Name,Birthday\nA,03/04/1980\nB,12/31/1980\n",
        (Person(2, "A", birth_date="1980-03-04"), Person(3, "B", birth_date="1980-12-31")),
    ),
    "what is wrong, by line": Case(
        b"Name,Email,Phone\n,x@example.ie,\nAnn,abc,12\nBob,a@example.ie; b@example.ie,085 555 0199 / 01 555 0177\n"
        b"Cid,n/a,-\nDora,Dora <dora@example.ie>,,what,is,this\nEve,eve@example.ie\n",
        (
            Person(3, "Ann"),
            Person(
                4,
                "Bob",
                "a@example.ie",
                "085 555 0199",
                lines=("Other phone: 01 555 0177", "Other email: b@example.ie"),
            ),
            Person(5, "Cid"),
            Person(7, "Eve", "eve@example.ie"),
        ),
        wrong=(
            (2, NO_NAME),
            (3, "“abc” is no email address. It is left out."),
            (3, "“12” is no phone number. It is left out."),
            (6, "There are more cells than headings here, so they may have slipped. The line is left out."),
        ),
    ),
    "formulas, and names that only look like nothing": Case(
        "Name,Email\n=HYPERLINK(1),a@example.ie\n'=1+1,b@example.ie\n\u200b,c@example.ie\nNull,d@example.ie\n"
        "None,none\n李,\n'="  # the file ends in a cell of its own
        "\n".encode(),
        (
            Person(3, "=1+1", "b@example.ie"),
            Person(5, "Null", "d@example.ie"),
            Person(6, "None"),
            Person(7, "李"),
            Person(8, "="),
        ),
        wrong=(
            (2, "“=HYPERLINK(1)” is no name. The line is left out."),
            (4, "There is no name here that can be seen. The line is left out."),
        ),
    ),
    "Fresha": Case(
        b"Client ID,First Name,Last Name,Blocked,Gender,Mobile Number,Email,Accepts Marketing,Client Source,Note,"
        b"Date of Birth\n7,Niamh,Byrne,No,Female,+353 85 555 0199,niamh@example.ie,Yes,Walk-In,PLANTEDNOTE,1980-12-31\n",
        (Person(2, "Niamh Byrne", "niamh@example.ie", "+353 85 555 0199", "1980-12-31"),),
        system="Fresha",
    ),
    "Cliniko": Case(
        b"Patient ID,Title,First Name,Last Name,Preferred Name,Date Of Birth,Email,Patient Phone Numbers,Occupation,"
        b"Referral Source,Notes\n12,Ms,Niamh,Byrne,,1980-12-31,niamh@example.ie,085 555 0199,Nurse,,PLANTEDNOTE\n",
        (NIAMH,),
        system="Cliniko",
    ),
    "Jane": Case(
        b"Patient Number,First Name,Last Name,Preferred Name,Birth Date,Email,Mobile Phone,Home Phone,"
        b"Personal Health Number,Family Doctor\n3,Niamh,Byrne,Nia,31 Dec 1980,niamh@example.ie,085 555 0199,,9,Dr X\n",
        (NIAMH,),
        system="Jane",
    ),
    "Mindbody": Case(
        b"Client ID,Barcode ID,Client,Email,Home Phone,Mobile Phone,Birthdate,Referral Type,Liability Release\n"
        b'4,4,"Byrne, Niamh",niamh@example.ie,01 555 0177,085 555 0199,12/31/1980,Friend,Yes\n',
        (
            Person(
                2,
                "Niamh Byrne",
                "niamh@example.ie",
                "085 555 0199",
                "1980-12-31",
                ("Other phone: 01 555 0177",),
            ),
        ),
        system="Mindbody",
    ),
    "years of two digits, and people who left": Case(
        b"Name,DOB,Archived at,Blocked\nA,03/04/30,,No\nB,03/04/27,2024-01-01,No\nC,,,Yes\n",
        (Person(2, "A", birth_date="1930-04-03"), Person(3, "B", birth_date="1927-04-03"), Person(4, "C")),
        said=(
            "Days of birth like 03/04/30 are read as Thursday 3 April 1930.",
            "2 lines are marked as archived, blocked or the like. They come in as well, unless you take them out.",
        ),
    ),
    "letters that were spoilt before": Case(
        "Name\nSinÃ©ad\n".encode(),
        (Person(2, "SinÃ©ad"),),
        said=("Some letters look wrong, like “SinÃ©ad”. Save the list as CSV UTF-8, and choose it again.",),
    ),
    "zipped by a Mac": Case(
        zipped("clients.csv", b"Name,Email\nAnn,ann@example.ie\n", "__MACOSX/._clients.csv", ".DS_Store"),
        (Person(2, "Ann", "ann@example.ie"),),
    ),
    "saved twice, so that each line is one cell": Case(
        b'"Name,Email"\n"Ann,ann@example.ie"\n', (Person(2, "Ann", "ann@example.ie"),)
    ),
    "a workbook": Case(
        zipped("xl/workbook.xml", b"<x/>"),
        refused="This is a workbook or a document. Open it, save the list as CSV, and choose that file.",
    ),
    "a web page that is called a workbook": Case(
        b"<html><table><tr><td>Name",
        refused="This is a workbook or a document. Open it, save the list as CSV, and choose that file.",
    ),
    "a cell that is longer than any": Case(
        b"Name,Notes\nAnn," + b"a" * 140_000 + b"\n",
        refused="Line 2 has a cell that is too long. Shorten it, and choose the file again.",
    ),
    "a picture": Case(
        bytes(range(32)) * 20, refused="This file is no text. Save the list as CSV, and choose that file."
    ),
    "a quotation mark that is never closed": Case(
        b'Name,Email\n"Ann,ann@example.ie\nBob,bob@example.ie\n',
        refused="Line 2 opens a quotation mark that is never closed. Mend that line, and choose the file again.",
    ),
    "nothing": Case(b"\xef\xbb\xbf\r\n", refused="This file is empty."),
    "headings alone": Case(b"Name,Email\n", refused="There are headings in this file, and nothing below them."),
    "too long": Case(
        b"Name\n" + b"A\n" * 50_001, refused="This file is too long. Bring at most 50,000 lines at a time."
    ),
}

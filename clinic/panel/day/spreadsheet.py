"""The day as a file for a spreadsheet; no cell can be read as a formula."""

import csv

from django.http import HttpResponse
from django.utils.translation import gettext as _

from booking.pages.fields import clean_line
from clinic.panel.day.shown import Board
from clinic.panel.formulas import quote_formula


def write_file(response: HttpResponse, board: Board) -> None:
    writer = csv.writer(response)
    writer.writerow(
        [_("Time"), _("Therapist"), _("Name"), _("Treatment"), _("Room"), _("State"), _("Attention"), _("Reference")]
    )
    for visit, therapist in board.visits:
        cells = (
            visit.span,
            therapist,
            visit.name,
            visit.treatment,
            visit.room,
            visit.state_word or _("Booked"),
            ", ".join(badge.word for badge in visit.badges),
            visit.reference,
        )
        writer.writerow([quote_formula(clean_line(cell)) for cell in cells])

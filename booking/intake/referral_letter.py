"""A letter that a client can take to a physician: made on request, never stored.

It holds the answers that led there, in set words, what else the client chose to share, and a slip to send back.
`letter_file` makes a PDF of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from booking.wording.answers import Answered
from booking.wording.times import format_date, format_day
from services.countries import paper_of
from services.models import Location

# How many of the other answers go with the letter on one sheet of paper, and from how many on the type is small.
ON_ONE_PAGE, IN_FULL_SIZE = 16, 10


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What stands on the page. `case` is the reference under which staff find the reply, `born` and `email` may be empty.

    `paper` is "A4" or "Letter"; `found` led here, `shared` is what the client ticked besides.
    """

    clinic: str
    address: str
    phone: str
    email: str
    paper: str
    day: str
    answered: str
    name: str
    born: str
    case: str
    found: tuple[Answered, ...]
    shared: tuple[Answered, ...]
    treatments: tuple[str, ...]

    @property
    def about(self) -> str:
        """ "Niamh Kelly, born 14 March 1988"."""
        if not self.born:
            return self.name
        return _("%(name)s, born %(day)s") % {"name": self.name, "day": self.born}

    @property
    def contact(self) -> tuple[str, ...]:
        """The clinic's address, phone and email, a line each."""
        phone = _("Phone %(phone)s") % {"phone": self.phone} if self.phone else ""
        return tuple(line for line in (*self.address.splitlines(), phone, self.email) if line.strip())

    @property
    def opening(self) -> str:
        return _("The person named above asked us for a massage. In our written questionnaire, this was reported:")

    @property
    def question(self) -> str:
        return _(
            "These answers may need a medical opinion before massage. They were ticked in set questions; we have not "
            "examined or treated this person and draw no conclusion. We would be grateful to know whether massage is "
            "suitable at present, and what we should avoid. We give no massage until we hear from you."
        )

    @property
    def made_by(self) -> str:
        return _("Made by our booking system from answers given on %(day)s. Not signed by a clinician.") % {
            "day": self.answered
        }

    @property
    def verdicts(self) -> tuple[str, ...]:
        return (_("suitable"), _("suitable, within the limits below"), _("not suitable"))

    @property
    def return_to(self) -> str:
        return ", ".join([self.clinic, *(line.strip() for line in self.address.splitlines() if line.strip())])

    @property
    def is_small(self) -> bool:
        """Whether the type has to shrink, so that all of it goes on one page."""
        return len(self.shared) > IN_FULL_SIZE

    @property
    def shared_first(self) -> tuple[Answered, ...]:
        return self.shared[:ON_ONE_PAGE]

    @property
    def shared_beyond(self) -> tuple[Answered, ...]:
        """What goes on a second page, so that the slip stays whole on the first."""
        return self.shared[ON_ONE_PAGE:]


def write_letter(
    *,
    name: str,
    born: date | None,
    case: str,
    clinic: str,
    email: str,
    location: Location,
    found: Sequence[Answered],
    shared: Sequence[Answered],
    treatments: Sequence[str],
    day: date,
    answered: date,
) -> Letter:
    """The letter of a client called `name`: the answers that led there, and those that they agreed to share besides."""
    return Letter(
        clinic=clinic,
        address=location.address,
        phone=location.phone,
        email=email,
        paper=paper_of(location.country),
        day=format_day(day, with_year=True),
        answered=format_date(answered),
        name=name,
        born=format_date(born) if born else "",
        case=case,
        found=tuple(found),
        shared=tuple(shared),
        treatments=tuple(treatments),
    )

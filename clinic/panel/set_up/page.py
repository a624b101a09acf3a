"""What the pages of the set-up show."""

from dataclasses import dataclass

from clinic.panel.set_up.forms import EmergencyNumberForm


@dataclass(frozen=True)
class EmergencyNumberPage:
    """`usual`: the number for an ambulance in `country`."""

    form: EmergencyNumberForm
    country: str
    usual: str

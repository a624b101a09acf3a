"""What the page of one's own emails shows."""

from dataclasses import dataclass

from clinic.panel.my_mails.forms import MyMailsForm


@dataclass(frozen=True)
class MyMailsPage:
    """`email`: the address of the account; without one no email can reach it."""

    form: MyMailsForm
    email: str
    only_own: bool

"""What the pages about who works here show."""

from dataclasses import dataclass

from clinic.panel.set_up.staff.forms import AccountForm, DisableForm, InviteForm


@dataclass(frozen=True)
class AccountLine:
    """One account. `username` only where it differs from the name; `role` is empty for an account without one."""

    user_id: int
    name: str
    username: str
    role: str
    therapist: str
    last_sign_in: str
    has_second_factor: bool


@dataclass(frozen=True)
class InvitationLine:
    """Somebody invited who has not come. `until`: when the link ends; `is_over`: it has."""

    invitation_id: int
    name: str
    email: str
    role: str
    therapist: str
    until: str
    is_over: bool


@dataclass(frozen=True)
class GrantLine:
    """Somebody reads a person's notes by leave of an owner, at `url`."""

    reader: str
    client: str
    until: str
    url: str


@dataclass(frozen=True)
class StaffPage:
    accounts: tuple[AccountLine, ...]
    invited: tuple[InvitationLine, ...]
    disabled: tuple[AccountLine, ...]
    grants: tuple[GrantLine, ...]


@dataclass(frozen=True)
class InvitePage:
    form: InviteForm


@dataclass(frozen=True)
class AccountPage:
    """One account, whose name is `name`. `email`: where links go; empty where none can."""

    user_id: int
    name: str
    username: str
    email: str
    is_active: bool
    has_second_factor: bool
    form: AccountForm


@dataclass(frozen=True)
class AskPage:
    """Asked before something ends for the account. `form`: how it is answered, where there is a choice."""

    user_id: int
    name: str
    form: DisableForm | None = None

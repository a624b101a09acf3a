"""What the pages share that change the clinic's policy: each shows some of its columns and saves them together.

A form remembers what was stored when it was drawn. So whoever saves later is told what somebody else has changed
meanwhile, with everything that they typed still there.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _

from booking.scheduling.policy_change import PolicyChange, PolicyChangedMeanwhile, change_policy
from booking.wording.lists import join_words
from clinic.models import AuditEntry
from clinic.record.audit import on_record
from services.models import ClinicPolicy
from services.policy import Seen, find_changed, fingerprints, values_of


class SeenForm(forms.Form):
    """A form that remembers what was stored when it was drawn; it needs `"seen": write_marks(stored)` among its initial values."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def marks(self) -> dict[str, str]:
        """What was stored when the form was drawn, as its page has sent it."""
        pairs = (pair.partition(":") for pair in self.cleaned_data["seen"].split())
        return {name: mark for name, _colon, mark in pairs}

    def see(self, stored: Mapping[str, Any]) -> None:
        """To be shown again as it was sent, over what is stored by now."""
        data: Any = copy(self.data)
        data["seen"] = write_marks(stored)
        self.data = data

    def typed_over(self, stored: Mapping[str, Any], elsewhere: Collection[str]) -> Any:
        """What was sent, to be shown again: where only somebody else has changed a field, as it is stored by now."""
        mine = find_changed({name: self.cleaned_data.get(name) for name in elsewhere}, seen=self.marks())
        theirs = {name: stored[name] for name in elsewhere if name not in mine}
        data: Any = self.data
        return {name: data[name] for name in data} | theirs | {"seen": write_marks(stored)}


def write_marks(stored: Mapping[str, Any]) -> str:
    return " ".join(f"{name}:{mark}" for name, mark in fingerprints(stored).items())


class ChangedMeanwhile(Exception):
    """Somebody else has changed `fields` since the page was opened."""

    def __init__(self, fields: Collection[str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = tuple(fields)

    def told(self, form: forms.Form) -> str:
        what = [f"“{form.fields[name].label}”" for name in self.fields if name in form.fields]
        return _(
            "Somebody has changed this since you opened the page: %(what)s. Nothing was overwritten, and what you typed "
            "is still here. Look at it again, and save."
        ) % {"what": join_words(what)}


@contextmanager
def overwriting_nothing(read: Callable[[], Mapping[str, Any]], *, seen: Seen) -> Iterator[None]:
    """A change in a transaction that holds the locks; `read` says what is stored.

    Raises ChangedMeanwhile, so that it is taken back, where the form was drawn over something else. To write what is
    there already overwrites nothing: the second of two presses is no conflict.
    """
    before = read()
    yield
    if (changed := find_changed(before, seen=seen)) and read() != before:
        raise ChangedMeanwhile(changed)


class PolicyForm(SeenForm):
    """Fields named like `columns` of the policy, whose values they clean to."""

    columns: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self, data: Any = None, files: Any = None, *, policy: ClinicPolicy, typed: Mapping[str, Any] | None = None
    ) -> None:
        """`typed`: values to show instead of the stored ones."""
        stored = values_of(policy, self.columns)
        super().__init__(data, files, initial={**stored, **(typed or {}), "seen": write_marks(stored)})
        self.policy = policy

    def wanted(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.columns}

    def typed(self) -> dict[str, Any]:
        """What this editor has changed: to be shown again over what is stored by then."""
        wanted = self.wanted()
        return {name: wanted[name] for name in find_changed(wanted, seen=self.marks())}


def save_policy(request: HttpRequest, form: PolicyForm, *, now: datetime) -> PolicyChange:
    """Store what a valid form asks for, on record by the names of its fields. Raises PolicyChangedMeanwhile."""
    wanted, marks = form.wanted(), form.marks()
    if not find_changed(wanted, seen=marks):
        return PolicyChange()
    with on_record(by=request.user, verb="change", object_type="policy", object_id=1, now=now) as line:
        change = change_policy(wanted=wanted, seen=marks, now=now)
        line.fields = [name.replace("_", " ") for name in change.fields]
    return change


def say_meanwhile(form: forms.Form, meanwhile: PolicyChangedMeanwhile) -> str:
    """Who has saved since the page was opened, and what, in the words of the form's labels."""
    rows = AuditEntry.objects.filter(object_type__in=("policy", "clinic policy"), object_id="1").select_related("by")
    last = rows.order_by("-pk").first()
    what = [str(form.fields[name].label) for name in meanwhile.fields if name in form.fields]
    return _(
        "%(who)s has changed this since you opened the page: %(what)s. Nothing was overwritten, and what you typed is "
        "still here. Look at it again, and save."
    ) % {
        "who": last.by.username if last and last.by else _("Somebody"),
        "what": join_words([f"“{one}”" for one in what]),
    }

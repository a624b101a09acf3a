"""What clients see of the clinic on its website, in fields that a clinic would name."""

from typing import Any, ClassVar

from crispy_forms.bootstrap import StrictButton
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Fieldset
from django import forms
from django.db.models import TextField as TextColumn
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.pages.fields import TextField
from clinic.panel.fields import make_helper
from clinic.panel.set_up.changing import PolicyForm
from services.admin.uploads import STILL_HERE, pack, read_picture
from services.colours import find_offer
from services.models import ClinicPolicy, check_accent, check_origins
from services.origins import tidy_origins
from services.pictures import LOGO, Encoded, keep
from services.policy import find_changed

# What Enter in a field presses, where another button stands before "Save".
ENTER = '<button class="visually-hidden" type="submit" tabindex="-1" aria-hidden="true"></button>'


def _text(column: str, label: Any) -> TextField:
    """As long as the column takes, with its help."""
    stored: Any = ClinicPolicy._meta.get_field(column)
    return TextField(
        label=label,
        at_most=stored.max_length,
        is_long=isinstance(stored, TextColumn),
        help_text=stored.help_text,
        required=False,
    )


class WebsiteForm(PolicyForm):
    """A logo that was chosen once is carried along until it is saved: a browser gives a file away only once.

    `use_accent` is what the button sends that offers another colour for one that was refused.
    """

    texts: ClassVar[tuple[str, ...]] = (
        "headline",
        "intro",
        "accent",
        "controller",
        "legal_basis",
        "data_recipients",
        "complaints_to",
        "terms",
        "imprint",
        "read_by",
        "framed_by",
    )
    columns = (*texts, "logo")

    headline = _text("headline", gettext_lazy("Headline"))
    intro = _text("intro", gettext_lazy("Below the headline"))
    logo = forms.FileField(
        label=gettext_lazy("Logo"),
        help_text=gettext_lazy(
            "A JPEG, PNG or WebP of up to 1 MB. It is made small; place and time in it are removed."
        ),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    carried = forms.CharField(required=False, widget=forms.HiddenInput)
    take_away = forms.BooleanField(label=gettext_lazy("Remove the logo"), required=False)
    accent = _text("accent", gettext_lazy("Colour"))
    controller = _text("controller", gettext_lazy("Who is responsible"))
    legal_basis = _text("legal_basis", gettext_lazy("On what legal basis"))
    data_recipients = _text("data_recipients", gettext_lazy("Who else sees data"))
    complaints_to = _text("complaints_to", gettext_lazy("Where to complain"))
    terms = _text("terms", gettext_lazy("Terms"))
    imprint = _text("imprint", gettext_lazy("Imprint"))
    read_by = _text("read_by", gettext_lazy("Websites that read your prices and times"))
    framed_by = _text("framed_by", gettext_lazy("Websites that show the booking in a frame"))

    def __init__(self, data: Any = None, files: Any = None, **known: Any) -> None:
        if data is not None:
            data = data.copy()
            data["accent"] = data.get("use_accent") or data.get("accent", "")
        super().__init__(data, files, **known)
        for name in ("terms", "imprint"):
            self.fields[name].widget.attrs["rows"] = 8

    @property
    def helper(self) -> FormHelper:
        """Drawn last, when it is known whether a logo is carried and another colour offered."""
        if self["carried"].value():
            self["logo"].help_text = STILL_HERE
        has_logo = self.policy.logo_id is not None or self["carried"].value()
        offered = find_offer(str(self["accent"].value())) if "accent" in self.errors else ""
        offer = [
            StrictButton(
                _("Use %(colour)s and save") % {"colour": offered},
                type="submit",
                name="use_accent",
                value=offered,
                css_class="panel-button website-offer",
            )
        ]
        helper = make_helper(
            *([HTML(ENTER)] if offered else []),
            "seen",
            "carried",
            Fieldset(
                str(_("Start page and mark")),
                "headline",
                "intro",
                "logo",
                *(["take_away"] if has_logo else []),
                "accent",
                *(offer if offered else []),
            ),
            Fieldset(str(_("Legal texts")), *self.texts[3:9]),
            Fieldset(str(_("For your own website")), *self.texts[9:]),
            submit=_("Save"),
            name="website",
        )
        helper.form_class = "set-up-lines website-lines"
        return helper

    def clean_logo(self) -> Any:
        """As it will be kept, or as it is stored where nothing was sent."""
        sent = self.files.get("logo")
        if sent or not self.data.get("take_away"):
            return read_picture(sent, carried=self.data.get("carried", ""), shape=LOGO) or self.policy.logo
        return None

    def clean_accent(self) -> str:
        colour = str(self.cleaned_data["accent"]).lower()
        if colour:
            check_accent(colour)
        return colour

    def clean_read_by(self) -> str:
        return _clean_origins(self.cleaned_data["read_by"])

    def clean_framed_by(self) -> str:
        return _clean_origins(self.cleaned_data["framed_by"])

    def clean(self) -> dict[str, Any]:
        cleaned = dict(super().clean() or {})
        if isinstance(cleaned.get("logo"), Encoded):
            data: Any = self.data
            data["carried"] = pack(cleaned["logo"])
        return cleaned

    def wanted(self) -> dict[str, Any]:
        """Side effect: a logo that was sent is in the database afterwards."""
        asked = self._asked()
        return asked | {"logo": keep(asked["logo"])} if isinstance(asked["logo"], Encoded) else asked

    def typed(self) -> dict[str, Any]:
        """With a logo that was sent as one to be carried along."""
        asked = self._asked()
        typed = {name: asked[name] for name in find_changed(asked, seen=self.marks())}
        logo = typed.pop("logo", None)
        if isinstance(logo, Encoded):
            typed["carried"] = pack(logo)
        return typed | {"take_away": self.cleaned_data["take_away"]}

    def _asked(self) -> dict[str, Any]:
        """A text that differs from the stored one only by what nobody can see, like kinds of line breaks, is that one."""
        asked = {name: self.cleaned_data[name] for name in self.columns}
        for name in self.texts:
            stored = getattr(self.policy, name)
            if self.fields[name].to_python(stored) == asked[name]:
                asked[name] = stored
        return asked


def _clean_origins(text: str) -> str:
    tidied = tidy_origins(text)
    check_origins(tidied)
    return tidied

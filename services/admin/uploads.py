"""A picture in a form of the back office: send one, keep it, or take it away."""

import base64
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from services.models import ClinicPolicy, Location, Therapist
from services.pictures import Encoded, PictureRefused, Shape, drop_unused, encode, keep

HELP = gettext_lazy("A JPEG, PNG or WebP of up to 1 MB. It is cut and made small; place and time in it are removed.")

STILL_HERE = gettext_lazy("The picture that you chose is still here. Choose another to replace it.")


class PictureForm(forms.ModelForm):
    """Fills the picture named `picture` from a field of the same name, cut to `shape`."""

    upload = forms.FileField(required=False, help_text=HELP)
    # A browser gives a chosen file away once: on the way through a question it goes along here, as it will be kept.
    carried = forms.CharField(required=False, widget=forms.HiddenInput)
    take_away = forms.BooleanField(required=False, label=gettext_lazy("Take the picture away"))

    picture = ""
    shape: Shape

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = self._meta.model._meta.get_field(self.picture).verbose_name
        self.fields["upload"].label = str(label).capitalize()
        if self.is_bound and self.data.get("carried"):
            self.fields["upload"].help_text = STILL_HERE
        if getattr(self.instance, f"{self.picture}_id", None) is None:
            # Hidden, not gone: the back office lays out every field of the form.
            self.fields["take_away"].widget = forms.HiddenInput()

    def clean_upload(self) -> Any:
        """As it will be kept; None where nothing was sent."""
        return read_picture(self.cleaned_data["upload"], carried=self.data.get("carried", ""), shape=self.shape)

    def save(self, commit: bool = True) -> Any:
        """Also keeps the picture that was sent."""
        sent = {} if self.errors else self.cleaned_data
        if sent.get("upload"):
            setattr(self.instance, self.picture, keep(sent["upload"]))
        elif sent.get("take_away"):
            setattr(self.instance, self.picture, None)
        return super().save(commit)


def read_picture(sent: Any, *, carried: str, shape: Shape) -> Encoded | None:
    """The file that was `sent`, else what a page has `carried` along, as it will be kept; None where there is neither.

    Raises ValidationError for what is no picture.
    """
    sent = sent or _unpack(carried)
    try:
        return encode(sent, shape=shape) if sent else None
    except PictureRefused as fault:
        raise ValidationError(str(fault)) from fault


def pack(picture: Encoded) -> str:
    """A picture as a hidden field carries it along."""
    return base64.b64encode(picture.content).decode("ascii")


def carry_picture(form: type, files: Mapping[str, Any]) -> dict[str, str]:
    """What a page that asks something first sends along, so that the picture among `files` is not lost.

    Empty where `form` takes none, or none was sent that can be read.
    """
    sent = files.get("upload")
    if sent is None or not issubclass(form, PictureForm):
        return {}
    sent.seek(0)
    try:
        return {"carried": pack(encode(sent, shape=form.shape))}
    except PictureRefused:
        return {}


def _unpack(carried: str) -> BytesIO | None:
    """A file, to be read with the same care as one that was just chosen."""
    try:
        return BytesIO(base64.b64decode(carried, validate=True)) if carried else None
    except ValueError:
        return BytesIO()


def drop_unused_pictures() -> None:
    """Delete what neither a therapist nor a place nor the clinic shows. To be called after a change is saved."""
    kept: list[int | None] = [
        *Therapist.objects.values_list("portrait_id", flat=True),
        *Location.objects.values_list("door_photo_id", flat=True),
        *ClinicPolicy.objects.values_list("logo_id", flat=True),
    ]
    drop_unused(used={pk for pk in kept if pk})

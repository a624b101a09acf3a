"""A picture in a form of the back office: send one, keep it, or take it away."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from services.models import ClinicPolicy, Location, Therapist
from services.pictures import PictureRefused, Shape, drop_unused, encode, keep

HELP = gettext_lazy("A JPEG, PNG or WebP of up to 1 MB. It is cut and made small; place and time in it are removed.")


class PictureForm(forms.ModelForm):
    """Fills the picture named `picture` from a field of the same name, cut to `shape`."""

    upload = forms.FileField(required=False, help_text=HELP)
    take_away = forms.BooleanField(required=False, label=gettext_lazy("Take the picture away"))

    picture = ""
    shape: Shape

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = self._meta.model._meta.get_field(self.picture).verbose_name
        self.fields["upload"].label = str(label).capitalize()
        if getattr(self.instance, f"{self.picture}_id", None) is None:
            # Hidden, not gone: the back office lays out every field of the form.
            self.fields["take_away"].widget = forms.HiddenInput()

    def clean_upload(self) -> Any:
        """As it will be kept; None where nothing was sent."""
        sent = self.cleaned_data["upload"]
        try:
            return encode(sent, shape=self.shape) if sent else None
        except PictureRefused as fault:
            raise ValidationError(str(fault)) from fault

    def save(self, commit: bool = True) -> Any:
        """Also keeps the picture that was sent."""
        sent = {} if self.errors else self.cleaned_data
        if sent.get("upload"):
            setattr(self.instance, self.picture, keep(sent["upload"]))
        elif sent.get("take_away"):
            setattr(self.instance, self.picture, None)
        return super().save(commit)


def drop_unused_pictures() -> None:
    """Delete what neither a therapist nor a place nor the clinic shows. To be called after a change is saved."""
    kept: list[int | None] = [
        *Therapist.objects.values_list("portrait_id", flat=True),
        *Location.objects.values_list("door_photo_id", flat=True),
        *ClinicPolicy.objects.values_list("logo_id", flat=True),
    ]
    drop_unused(used={pk for pk in kept if pk})

"""What the page of phrases shows."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.panel.set_up.notes.forms import PhrasesForm
from services.models import Treatment


@dataclass(frozen=True)
class Choice:
    """One treatment, or all of them. `is_here`: whose phrases are shown."""

    words: str
    url: str
    is_here: bool


@dataclass(frozen=True)
class PhrasesPage:
    """`treatment` is empty for what is for every treatment."""

    form: PhrasesForm
    treatment: str
    choices: tuple[Choice, ...]


def describe_phrases(form: PhrasesForm) -> PhrasesPage:
    here, url = form.stored.treatment, reverse("panel:set_up_phrases")
    treatments = Treatment.objects.filter(is_active=True)
    return PhrasesPage(
        form=form,
        treatment=here.name_for_staff if here else "",
        choices=(
            Choice(_("Every treatment"), url, here is None),
            *(Choice(one.name_for_staff, f"{url}?treatment={one.key}", one == here) for one in treatments),
        ),
    )

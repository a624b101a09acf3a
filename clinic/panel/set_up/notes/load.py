"""The clinic's phrases and templates as the form holds them, and a mark that says which state of them it was drawn from."""

import hashlib
import json
from dataclasses import dataclass

from django.http import Http404

from booking.models import NotePart
from booking.notes.content import Content
from booking.notes.phrases import first_content, list_phrases
from services.models import ClinicPolicy, Treatment


@dataclass(frozen=True)
class Stored:
    """Of one treatment; or (None) of every treatment, with no template. `phrases` by part, in their order."""

    treatment: Treatment | None
    phrases: dict[str, list[str]]
    template: Content
    writes_notes: bool

    @property
    def mark(self) -> str:
        """Another one once anything of it has changed."""
        said = json.dumps([self.phrases, self.template.as_json(), self.treatment is None and self.writes_notes])
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    def as_fields(self) -> dict[str, object]:
        """What the form begins with, by field."""
        fields: dict[str, object] = {f"{part}_phrases": "\n".join(self.phrases[part]) for part in NotePart.values}
        if self.treatment is None:
            return fields | {"writes_notes": self.writes_notes}
        return fields | {name: getattr(self.template, name) for name in NotePart.values}


def load_stored(key: str) -> Stored:
    """`key` is a treatment's, on offer or not; empty: what is for every treatment. Raises Http404."""
    treatment = Treatment.objects.filter(key=key).first() if key and "\0" not in key else None
    if key and treatment is None:
        raise Http404
    return Stored(
        treatment=treatment,
        phrases=list_phrases(treatment=treatment),
        template=first_content(treatment.pk) if treatment else Content(),
        writes_notes=ClinicPolicy.current().writes_notes,
    )

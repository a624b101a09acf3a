"""The back office as it is worked: the pages of Django's admin read, filled in and saved as they are drawn."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Model
from django.test import Client as Browser
from django.urls import reverse

from tests.pages import Form, Page, press, read, send

SURE = "Yes, I’m sure"


def path_of(model: type[Model], page: str, *args: object) -> str:
    """The address of the model's `changelist`, or of `add`, `change`, `delete` or `history`."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def open_page(browser: Browser, model: type[Model], page: str, *args: object) -> Page:
    return read(browser.get(path_of(model, page, *args)))


def save(browser: Browser, page: Page, answers: Mapping[str, Any]) -> Any:
    """The response to Save, redirects not followed; what is not answered stays as it is drawn. A box is off with []."""
    return send(browser, page, "Save", answers)


def add(browser: Browser, model: type[Model], answers: Mapping[str, Any]) -> Any:
    return save(browser, open_page(browser, model, "add"), answers)


def change(browser: Browser, row: Model, answers: Mapping[str, Any]) -> Any:
    return save(browser, open_page(browser, type(row), "change", row.pk), answers)


def delete(browser: Browser, row: Model) -> Any:
    return send(browser, open_page(browser, type(row), "delete", row.pk), SURE)


def delete_several(browser: Browser, rows: Iterable[Model]) -> Any:
    """Ticked in the list, and confirmed."""
    chosen = list(rows)
    asked = {"action": "delete_selected", "_selected_action": [row.pk for row in chosen]}
    sure = press(browser, open_page(browser, type(chosen[0]), "changelist"), "Go", answers=asked)
    return send(browser, sure, SURE)


def add_row(form: Form, prefix: str) -> int:
    """What the page's script does at “Add another”: its empty row once more, under the next number, which is returned."""
    total = next(one for one in form.fields if one.name == f"{prefix}-TOTAL_FORMS")
    number, empty = int(total.value), f"{prefix}-__prefix__-"
    total.value = str(number + 1)
    row = [one for one in form.fields if one.name.startswith(empty)]
    form.fields += [replace(one, name=one.name.replace("__prefix__", str(number))) for one in row]
    return number


def errors_of(response: Any) -> list[str]:
    """What the form of the page refuses."""
    assert response.status_code == 200
    form = response.context["adminform"].form
    return [error for errors in form.errors.values() for error in errors]


def noting(written: list[str], name: str, write: Any) -> Any:
    """`write`, whose name is noted each time that it is called."""

    def wrapped(**kwargs: Any) -> Any:
        written.append(name)
        return write(**kwargs)

    return wrapped

from typing import Any

import pytest
from django.core.management import call_command

from tests.booking.scheduling.test_claims import lose_one
from tests.booking.web.visitors import make_visit
from tests.cast import NOW, at, make_clinic

pytestmark = pytest.mark.django_db


def test_the_command_ends_with_one_on_drift(time_machine: Any, capsys: pytest.CaptureFixture[str]) -> None:
    time_machine.move_to(NOW, tick=False)
    visit = make_visit(make_clinic(), starts_at=at("14:00"))
    call_command("check_claims")
    lose_one(visit)

    with pytest.raises(SystemExit) as ended:
        call_command("check_claims")

    assert ended.value.code == 1
    assert capsys.readouterr().out.splitlines()[0] == "0 visits differ from their claims."

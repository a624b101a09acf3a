import pytest
from django.core.management import call_command

from booking.models import SearchKey
from tests.cast import make_client

pytestmark = pytest.mark.django_db


def test_the_command_ends_with_one_on_drift_until_it_is_mended(capsys: pytest.CaptureFixture[str]) -> None:
    make_client()
    call_command("check_search")
    SearchKey.objects.all().delete()

    with pytest.raises(SystemExit) as ended:
        call_command("check_search")
    call_command("check_search", "--mend")
    call_command("check_search")

    assert ended.value.code == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if "people" in line] == [
        f"{count} people differ from the keys that they are found by." for count in (0, 1, 1, 0)
    ]

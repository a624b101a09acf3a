import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_no_migration_is_missing(engine: str, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("makemigrations", check_changes=True, dry_run=True)

    assert capsys.readouterr().out == "No changes detected\n"

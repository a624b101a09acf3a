import pytest

from booking.models import DeskLine
from booking.people.desk_lines import MOST_LINES, LineRefused, lines_of, strike_line, write_line
from tests.cast import NOW, Clinic, make_client, make_member

pytestmark = pytest.mark.django_db


def test_a_line_counts_until_it_is_struck_and_stays_on_record(clinic: Clinic) -> None:
    person, by = make_client(), make_member("reception")
    line = write_line(client=person, text="Speaks softly", by=by, now=NOW)
    write_line(client=person, text="Pays in cash", by=by, now=NOW)

    struck = [strike_line(line=line, by=by, now=NOW) for _ in range(2)]

    assert (struck, [one.text for one in lines_of(person)]) == ([True, False], ["Pays in cash"])
    line.refresh_from_db()
    assert (line.text, line.struck_by) == ("Speaks softly", by)


@pytest.mark.parametrize("text", ["", "  ", "\u200b"])
def test_a_blank_line_is_none(clinic: Clinic, text: str) -> None:
    with pytest.raises(LineRefused):
        write_line(client=make_client(), text=text, by=make_member("owner"), now=NOW)


def test_there_is_an_end_to_them(clinic: Clinic) -> None:
    person, by = make_client(), make_member("reception")
    DeskLine.objects.bulk_create(
        DeskLine(client=person, text="A line", written_at=NOW, written_by=by) for _ in range(MOST_LINES)
    )

    with pytest.raises(LineRefused):
        write_line(client=person, text="One more", by=by, now=NOW)

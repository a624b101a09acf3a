import pytest

from booking.messages import reasons


@pytest.mark.parametrize(
    ("reason", "is_of_the_server"),
    [
        (reasons.NOT_REACHED, True),
        (reasons.with_code(reasons.NOT_LET_IN, 535), True),
        (reasons.with_code(reasons.SENDER_REFUSED, 550), True),
        (reasons.with_code(reasons.REFUSED, 550), False),
        (reasons.with_code(reasons.PUT_OFF, 451), False),
        (reasons.QUIET, False),
        ("", False),
    ],
)
def test_whether_the_server_is_in_trouble_is_read_from_the_reason_whatever_the_code(
    reason: str, is_of_the_server: bool
) -> None:
    assert reasons.is_of_the_server(reason) is is_of_the_server
    assert "%" not in reason

import pytest

from booking.wording.lists import join_words


@pytest.mark.parametrize(
    ("words", "expected"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_words_are_joined_as_one_says_them(words: list[str], expected: str) -> None:
    assert join_words(words) == expected

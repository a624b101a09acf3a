from services.refusals import Refusal


def test_a_refusal_with_one_sentence_says_it_to_staff_too() -> None:
    refusal = Refusal("That time has passed.")

    assert (str(refusal), refusal.for_staff) == ("That time has passed.", "That time has passed.")

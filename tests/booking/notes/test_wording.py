from booking.notes.content import Content, Mark
from booking.notes.wording import content_in_words


def test_a_note_in_words_says_what_there_is_in_the_order_of_the_page() -> None:
    content = Content(
        found="Guarded",
        next="Same",
        planned="Stretch",
        marks=(Mark("right_calf", "tight"), Mark("left_hand", "tingling")),
        pain_after=0,
    )

    assert [(str(line.words), line.text) for line in content_in_words(content)] == [
        ("Found", "Guarded"),
        ("Next", "Same"),
        ("Where", "Right calf: tight; Left hand: tingling"),
        ("Pain, 0 to 10", "0 after"),
        ("Plan and home care", "Stretch"),
    ]
    assert content_in_words(Content()) == ()


def test_what_is_stored_comes_back_as_it_was() -> None:
    content = Content(did="Legs", marks=(Mark("face", "tender"),), pain_before=0)

    assert content.as_json() == {"did": "Legs", "marks": [["face", "tender"]], "pain_before": 0}
    assert Content.from_json(content.as_json()) == content
    assert Content(marks=(Mark("face", "tight"), Mark("face", "tender"))).tidied().marks == (Mark("face", "tender"),)

import pytest

from booking.carrying.letters import decode, find_wrong

NAMES = "Sinéad Ó Briain, Zoë Müller, Aoife O’Neill, Máire Ní Dhomhnaill\n"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8-sig", NAMES),
        ("utf-16", NAMES),
        ("cp1252", NAMES),
        ("mac_roman", NAMES),
        ("cp850", NAMES.replace("’", "'")),
        ("cp1250", "Łukasz Wałęsa, Žofie Nováková\n"),
        ("utf-8", "Dorota Żółtowska, SINÉAD Ó hÉANAIGH, 👩‍⚕️ Ann, 李小龍, محمد علي, O´Neill\n"),
    ],
)
def test_letters_are_read_as_they_were_meant(encoding: str, text: str) -> None:
    found = decode(text.encode(encoding))

    assert (found, find_wrong(found.split(","))) == (text, "")


def test_a_few_letters_in_another_encoding_spoil_no_other() -> None:
    joined = f"{NAMES}José Nuñez\nMáire\n"
    content = NAMES.encode() + "José Nuñez\n".encode("cp1252") + "Máire\n".encode()

    assert (decode(content), decode(content[:-5])) == (joined, joined[: -len("áire\n")] + "Ã")


def test_letters_that_were_read_wrong_are_found() -> None:
    wrong = ["SinÃ©ad", "SinŽad", "MŸller", "Wa³êsa", "Jos\ufffd", "Èâàí", "Zo‘r"]

    assert [find_wrong(["Ann", one]) for one in wrong] == wrong

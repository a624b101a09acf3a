from booking.models.bringing import pack, unpack


def test_what_is_packed_is_the_same_again_and_smaller() -> None:
    words = {"people": ["Siobhán Ní Bhriain"] * 100}

    assert (unpack(pack(words)), len(pack(words)) < 200, unpack("")) == (words, True, None)

"""What the table of files leaves open: line numbers, samples, and the borders of what is read."""

import io
import zipfile

import pytest

from booking.carrying.files import Row, Sheet, Unreadable, read_sheet, read_text


def test_a_line_has_the_number_that_an_editor_shows() -> None:
    sheet = read_sheet(read_text(b'Name,Note\r\n"A","one\r\ntwo"\r\n\r\nB,x\r\n'))

    assert sheet == Sheet(("Name", "Note"), (Row(2, ("A", "one\ntwo")), Row(5, ("B", "x"))))


def test_a_table_without_headings_gets_numbers_for_names() -> None:
    sheet = read_sheet("Niamh Byrne,niamh@example.ie\nCian,cian@example.ie\n")

    assert (sheet.header, sheet.samples(1)) == (("Column 1", "Column 2"), ["niamh@example.ie", "cian@example.ie"])


def test_where_most_lines_have_one_cell_more_a_heading_is_missing() -> None:
    sheet = read_sheet("Name,Email\nA,a@example.ie,x\nB,b@example.ie,y\n")

    assert (sheet.header, sheet.uneven) == (("Name", "Email", "Column 3"), frozenset())


def test_thousands_of_empty_columns_do_no_harm_and_thousands_of_full_ones_are_no_list() -> None:
    sheet = read_sheet("Name" + "," * 16_384 + "\nAnn" + "," * 16_384 + "\n")

    assert sheet == Sheet(("Name",), (Row(2, ("Ann",)),))
    with pytest.raises(Unreadable, match=r"Line 2 has more than 1,000 cells\."):
        read_sheet("Name\n" + "x," * 1_001 + "x\n")
    with pytest.raises(Unreadable, match="too long"):
        read_sheet("Name\n" + "\n" * 1_000_001)


def test_a_zip_with_two_files_or_a_broken_one_is_refused() -> None:
    two = io.BytesIO()
    with zipfile.ZipFile(two, "w") as packed:
        packed.writestr("a.csv", "Name\nA\n")
        packed.writestr("b.csv", "Name\nB\n")

    for content in (two.getvalue(), two.getvalue()[:40]):
        with pytest.raises(Unreadable, match=r"\.zip"):
            read_text(content)


def test_a_small_zip_that_holds_too_much_is_not_unpacked_whole() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.csv", b"A\n" * 13_000_000)

    with pytest.raises(Unreadable, match="too long"):
        read_text(bomb.getvalue())

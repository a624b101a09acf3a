import pytest

from clinic.panel.formulas import quote_formula


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+353", "'+353"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("  =1", "'  =1"),
        ("Niamh", "Niamh"),
        ("", ""),
    ],
)
def test_a_cell_is_never_a_formula(cell: str, safe: str) -> None:
    assert quote_formula(cell) == safe

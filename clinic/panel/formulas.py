"""Cells of files for a spreadsheet: none can be read as a formula."""

# The wide ones are what some keyboards type; a spreadsheet may take them for the same.
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


def quote_formula(cell: str) -> str:
    """The cell as text: a leading apostrophe keeps a spreadsheet from calculating it."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA_STARTS) else cell

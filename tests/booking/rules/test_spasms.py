"""The text of the page about muscle spasms, and how it is read."""

import pytest

from booking.rules.spasms import TEXT_FILE, Block, Run, Section, Text, load_text, read_text

LITTLE = """# Title

One lead.

## What helps?

Two lines
of a paragraph.

- **Stretch** it, and
  wait
- walk
"""


def test_read_text_keeps_titles_paragraphs_lists_and_bold_words() -> None:
    text = read_text(LITTLE)

    assert text == Text(
        version=text.version,
        title="Title",
        lead="One lead.",
        sections=(
            Section(
                "What helps?",
                "what-helps",
                (
                    Block(((Run("Two lines of a paragraph."),),)),
                    Block(
                        ((Run("Stretch", is_bold=True), Run(" it, and wait")), (Run("walk"),)),
                        is_list=True,
                    ),
                ),
            ),
        ),
    )


def test_a_letter_that_changes_makes_another_version() -> None:
    assert read_text(LITTLE).version != read_text(LITTLE.replace("walk", "talk")).version
    assert len(load_text().version) <= 64


@pytest.mark.parametrize("markdown", ["", "No title.", "# Title\n\n## No lead\n\nText."])
def test_a_text_without_title_and_lead_is_refused(markdown: str) -> None:
    with pytest.raises(ValueError, match="begins with"):
        read_text(markdown)


def test_every_word_of_the_file_is_read() -> None:
    text = load_text()
    read = [text.title, text.lead]
    for section in text.sections:
        read.append(section.title)
        read += ["".join(run.text for run in line) for block in section.blocks for line in block.lines]

    written = TEXT_FILE.read_text(encoding="utf-8").replace("**", "").replace("# ", "").replace("#", "")
    assert " ".join(read).split() == [word for word in written.split() if word != "-"]

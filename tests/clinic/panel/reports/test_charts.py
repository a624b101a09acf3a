from clinic.panel.reports.charts import FULL, HATCHED, Bar, Column, Tick, draw_columns


def test_columns_stand_on_the_ground_as_high_as_their_share_of_the_scale() -> None:
    columns = [Column(((100, FULL),)), Column(((50, FULL),))]

    chart = draw_columns(columns, title="Ana", about="", name="Hours", ends=("5 Oct", "12 Oct"), top=100)

    assert chart.bars == (
        Bar(66.6, 14, 104.2, 98.0, FULL, "100"),
        Bar(198.6, 63.0, 104.2, 49.0, FULL, "50"),
    )
    assert chart.ticks == (Tick(112, "0"), Tick(63, "50"), Tick(14, "100"))
    assert (chart.first, chart.last) == ("5 Oct", "12 Oct")


def test_the_scale_is_the_next_round_number_and_never_none() -> None:
    scales = {}
    for most in (0, 7, 130, 4_210):
        chart = draw_columns([Column(((most, FULL), (0, FULL)))], title="", about="", name="", ends=("", ""))
        scales[most] = chart.ticks[-1].words

    assert scales == {0: "1", 7: "10", 130: "200", 4_210: "5,000"}


def test_counts_stand_on_one_another_and_half_of_the_scale_is_a_whole_number() -> None:
    columns = [Column(((2, FULL), (3, HATCHED)))]

    chart = draw_columns(columns, title="", about="", name="", ends=("", ""), are_counts=True)

    assert [(bar.x, bar.y, bar.height, bar.fill) for bar in chart.bars] == [
        (77.1, 79.3, 32.7, FULL),
        (77.1, 30.3, 49.0, HATCHED),
    ]
    assert [tick.words for tick in chart.ticks] == ["0", "3", "6"]


def test_a_scale_of_money_says_so() -> None:
    chart = draw_columns([Column(((4_210, FULL),))], title="", about="", name="", ends=("", ""), say="€{:.0f}".format)

    assert [tick.words for tick in chart.ticks] == ["€0", "€2500", "€5000"]

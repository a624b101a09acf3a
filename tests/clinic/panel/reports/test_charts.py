from clinic.panel.reports.charts import FULL, Bar, Column, Tick, draw_columns


def test_columns_stand_on_the_ground_as_high_as_their_share_of_the_scale() -> None:
    columns = [Column(((100, FULL),)), Column(((50, FULL),))]

    chart = draw_columns(columns, title="Ana", about="", name="Hours", ends=("5 Oct", "12 Oct"), top=100)

    assert chart.bars == (
        Bar(58.9, 14, 107.4, 98.0, FULL, "100"),
        Bar(194.9, 63.0, 107.4, 49.0, FULL, "50"),
    )
    assert chart.ticks == (Tick(112, "0"), Tick(63, "50"), Tick(14, "100"))
    assert (chart.first, chart.last) == ("5 Oct", "12 Oct")


def test_the_scale_is_the_next_round_number_and_never_none() -> None:
    scales = {}
    for most in (0, 7, 130, 4_210):
        chart = draw_columns([Column(((most, FULL), (0, FULL)))], title="", about="", name="", ends=("", ""))
        scales[most] = chart.ticks[-1].words

    assert scales == {0: "1", 7: "10", 130: "200", 4_210: "5,000"}

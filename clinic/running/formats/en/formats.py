"""How Django writes a time by itself, which only the back office lets it do: 14:30, and not 2:30 p.m."""

TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j F Y, H:i"
SHORT_DATETIME_FORMAT = "d/m/Y H:i"

"""What is offered, by whom, where and when.

Wall-clock times are local to the location's zone; instants are UTC. Times and lengths are multiples of five minutes,
because a booking claims its resources in five-minute cells; named constraints hold this in both engines.
"""

import zoneinfo
from datetime import time
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator, URLValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from services import colours, countries
from services.blanks import is_blank
from services.encrypted import EncryptedTextField
from services.facts import current
from services.origins import is_origin

FIVE_MINUTE_MARKS = tuple(range(0, 60, 5))
KEPT_YEARS = (1, 30)  # both ends included


def check_time_zone(value: str) -> None:
    """Raise ValidationError unless `value` is an IANA zone that this machine knows."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(zone)s” is not a time zone. Write one like Europe/Dublin."), params={"zone": value})


def check_visible(value: str) -> None:
    """Raise ValidationError for a name that nobody could see."""
    if is_blank(value):
        raise ValidationError(_("Write a name that can be seen."))


def check_five_minutes(value: int) -> None:
    """Raise ValidationError unless `value` (minutes) is a multiple of five."""
    if value % 5:
        raise ValidationError(_("Choose a multiple of five minutes."))


def default_reminder_plan() -> list[dict[str, object]]:
    """For everybody while changing is still free; three hours before only for those who have not confirmed."""
    return [{"hours_before": 27}, {"hours_before": 3, "only_unconfirmed": True}]


class Picture(models.Model):
    """A picture as the website shows it: cut, made small and without what a camera had written into it.

    Made by `services.pictures`; never changed, so that its address, which names its content, can be kept for ever.
    """

    digest = models.CharField(max_length=64, unique=True)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    content = models.TextField()  # WebP in base64, which a backup holds like any other text

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.digest[:12]


def picture_field(words: Any) -> Any:
    """A picture that may be missing. Chosen by an upload, never from a list."""
    return models.ForeignKey(
        Picture, models.SET_NULL, null=True, blank=True, editable=False, related_name="+", verbose_name=words
    )


def check_sixty_words(value: str) -> None:
    """Raise ValidationError for a text of more than sixty words."""
    if (count := len(value.split())) > 60:
        raise ValidationError(_("Sixty words at most; these are %(count)s."), params={"count": count})


def check_origins(value: str) -> None:
    """Raise ValidationError unless each line is the origin of a website, as browsers send it."""
    wrong = [line for line in value.split() if not is_origin(line)]
    if wrong:
        raise ValidationError(
            _(
                "“%(line)s” is no address like https://www.example.com. Write https:// and the name of the website: "
                "no page after it, and no *."
            ),
            params={"line": wrong[0][:60]},
        )


def check_accent(value: str) -> None:
    """Raise ValidationError for a colour that can't be read, or that looks like an emergency; it names one that can."""
    if fault := colours.find_fault(value):
        raise ValidationError(fault)


class Location(models.Model):
    class StepFree(models.TextChoices):
        YES = "yes", _("yes")
        NO = "no", _("no")

    name = models.CharField(_("name"), max_length=100, validators=[check_visible])
    address = models.TextField(_("address"), max_length=300)
    phone = models.CharField(_("phone"), max_length=30)
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Dublin", validators=[check_time_zone])
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        choices=countries.names,
        help_text=_(
            "For phone numbers, prices, the clock, and the emergency number. Empty: the country of the time zone."
        ),
    )
    is_active = models.BooleanField(_("open for booking"), default=True)
    # How to find it, for the page about the place. What is empty is left out there.
    at_the_door = models.TextField(
        _("at the door"), max_length=500, blank=True, help_text=_("Which door, which bell, how to get in.")
    )
    step_free = models.CharField(
        _("step-free"),
        max_length=3,
        blank=True,
        choices=StepFree,
        help_text=_("Until you choose, clients read “Please call us”."),
    )
    step_free_words = models.TextField(
        _("about steps"), max_length=500, blank=True, help_text=_("Width of the doors, the room and toilet, the lift.")
    )
    directions = models.TextField(_("bus and tram"), max_length=500, blank=True)
    parking = models.TextField(_("parking"), max_length=500, blank=True)
    bicycle = models.TextField(_("bicycle"), max_length=500, blank=True)
    quiet = models.TextField(_("quiet"), max_length=500, blank=True, help_text=_("The waiting room, music, light."))
    running_late = models.TextField(
        _("running late"), max_length=500, blank=True, help_text=_("What to do, and how long you wait.")
    )
    map_link = models.CharField(
        _("link to a map"),
        max_length=500,
        blank=True,
        validators=[URLValidator(schemes=["https"], message=_("Write a link that begins with https://"))],
    )
    door_photo = picture_field(_("photo of the door"))

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A place whose country nobody chose is in that of its zone."""
        self.country = self.country or countries.country_of_zone(self.time_zone)
        super().save(*args, **kwargs)

    @property
    def town(self) -> str:
        """The last part of the address: "Dublin 8"."""
        parts = [part.strip() for part in self.address.replace("\n", ",").split(",") if part.strip()]
        return parts[-1] if parts else self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """Raises what ZoneInfo raises where this machine does not know it; `rota.zone_of` has a sentence for that."""
        return zoneinfo.ZoneInfo(self.time_zone)


class Treatment(models.Model):
    class Firmness(models.IntegerChoices):
        LIGHT = 1, _("light")
        LIGHT_TO_MEDIUM = 2, _("light to medium")
        MEDIUM = 3, _("medium")
        FIRM = 4, _("firm")

    class Kind(models.TextChoices):
        """The four that the rules of the safety check know, the strictest first."""

        DEEP_TISSUE = "deep_tissue", _("deep tissue")
        TRIGGER_POINT = "trigger_point", _("trigger point therapy")
        MYOFASCIAL_RELEASE = "myofascial_release", _("myofascial release")
        SWEDISH = "swedish", _("Swedish")

    key = models.SlugField(_("key"), max_length=40, unique=True, validators=[RegexValidator(r"^[a-z][a-z0-9_]*\Z")])
    name = models.CharField(_("name"), max_length=60, validators=[check_visible])
    summary = models.CharField(_("in one line"), max_length=140)
    description = models.TextField(_("what it is"), max_length=1000)
    suits = models.TextField(_("what it suits"), max_length=500)
    firmness = models.PositiveSmallIntegerField(_("how firm"), choices=Firmness)
    like = models.CharField(
        _("like"),
        max_length=40,
        choices=Kind,
        default=Kind.DEEP_TISSUE,
        help_text=_("The safety check allows or refuses it with this one. The four are like themselves."),
    )
    uses_heat = models.BooleanField(
        _("uses heat"),
        default=True,
        help_text=_("Hot stones, warm packs: not for everybody. Ticked unless you are sure."),
    )
    turnover_minutes = models.PositiveSmallIntegerField(
        _("turnover (minutes)"),
        default=15,
        validators=[check_five_minutes],
        help_text=_("After the visit, therapist and room are not free for this long."),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("on offer"), default=True)

    class Meta:
        verbose_name = _("treatment")
        verbose_name_plural = _("treatments")
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(turnover_minutes__in=range(0, 125, 5)),
                name="treatment_turnover_in_fives_to_two_hours",
                violation_error_message=_("The turnover is 0 to 120 minutes, in steps of five."),
            ),
            models.CheckConstraint(
                condition=Q(like__in=["deep_tissue", "trigger_point", "myofascial_release", "swedish"]),
                name="treatment_is_like_one_of_the_four",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def counts_as(self) -> str:
        """The key of the one of the four whose exclusions, letters and suggestions apply; in doubt the strictest."""
        named = self.key if self.key in self.Kind.values else self.like
        return named if named in self.Kind.values else self.Kind.DEEP_TISSUE.value

    @property
    def name_for_staff(self) -> str:
        """ "Sports massage (like deep tissue)"; the four by their names alone. Clients see `name`."""
        if self.key in self.Kind.values:
            return self.name
        return _("%(name)s (like %(kind)s)") % {"name": self.name, "kind": self.Kind(self.counts_as).label}


class TreatmentLength(models.Model):
    treatment = models.ForeignKey(Treatment, models.CASCADE, related_name="lengths")
    minutes = models.PositiveSmallIntegerField(_("minutes"), validators=[check_five_minutes])
    # What it costs before its first `Price`; null: not offered before that. Who needs a price asks `services.prices`.
    price = models.DecimalField(
        _("price"),
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("From the beginning, until a price that starts on a day. Empty: not offered before that day."),
    )
    is_active = models.BooleanField(_("on offer"), default=True)

    class Meta:
        verbose_name = _("length")
        verbose_name_plural = _("lengths")
        ordering = ["treatment", "minutes"]
        constraints = [
            models.UniqueConstraint(fields=["treatment", "minutes"], name="length_once_per_treatment"),
            models.CheckConstraint(
                condition=Q(minutes__in=range(5, 485, 5)),
                name="length_in_fives_to_eight_hours",
                violation_error_message=_("A length is 5 to 480 minutes, in steps of five."),
            ),
            models.CheckConstraint(condition=Q(price__gte=0), name="length_price_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.treatment.name_for_staff}, {self.minutes} min"


class Price(models.Model):
    """What a length costs from a day on, by the day of the visit where it takes place. Written by `services.price_list`.

    Without an amount it is not offered from that day on.
    """

    length = models.ForeignKey(TreatmentLength, models.CASCADE, related_name="prices")
    first_date = models.DateField(_("first day"))
    amount = models.DecimalField(
        _("price"), max_digits=9, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )

    class Meta:
        verbose_name = _("price from a day on")
        verbose_name_plural = _("prices from a day on")
        ordering = ["length", "first_date"]
        constraints = [
            models.UniqueConstraint(fields=["length", "first_date"], name="price_once_per_length_and_day"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="price_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.length}: {self.first_date:%Y-%m-%d}"


class Room(models.Model):
    location = models.ForeignKey(Location, models.PROTECT, related_name="rooms")
    name = models.CharField(_("name"), max_length=60, validators=[check_visible])
    order = models.PositiveSmallIntegerField(_("order"), default=0, help_text=_("The lowest free one is taken first."))
    treatments = models.ManyToManyField(
        Treatment, blank=True, related_name="rooms", help_text=_("None chosen means suitable for all.")
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["location", "order", "id"]
        constraints = [models.UniqueConstraint(fields=["location", "name"], name="room_name_once_per_location")]

    def __str__(self) -> str:
        return self.name


class Therapist(models.Model):
    class Gender(models.TextChoices):
        WOMAN = "woman", _("a woman")
        MAN = "man", _("a man")

    name = models.CharField(_("name"), max_length=100, validators=[check_visible])
    treatments = models.ManyToManyField(Treatment, blank=True, related_name="therapists", verbose_name=_("skills"))
    is_active = models.BooleanField(_("working here"), default=True)
    # What clients read about them, as far as they like to say it.
    about = models.TextField(
        _("in their own words"),
        max_length=600,
        blank=True,
        validators=[check_sixty_words],
        help_text=_("Sixty words at most. What you like to work on, and how."),
    )
    training = models.TextField(_("training"), max_length=600, blank=True, help_text=_("One line each."))
    languages = models.CharField(_("languages"), max_length=100, blank=True, help_text=_("Like “English and Spanish”."))
    gender = models.CharField(
        _("found as"),
        max_length=5,
        blank=True,
        choices=Gender,
        help_text=_("Clients can ask for a woman or a man. Empty: found by name only."),
    )
    portrait = picture_field(_("portrait"))

    class Meta:
        verbose_name = _("therapist")
        verbose_name_plural = _("therapists")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    @property
    def first_name(self) -> str:
        return self.name.split()[0]


class WorkingHours(models.Model):
    """A weekly span in which a therapist works at a location, in the location's wall-clock time.

    Written only by `services.rota`. A span never crosses midnight; several a day are several rows.
    """

    class Weekday(models.IntegerChoices):
        MONDAY = 1, _("Monday")
        TUESDAY = 2, _("Tuesday")
        WEDNESDAY = 3, _("Wednesday")
        THURSDAY = 4, _("Thursday")
        FRIDAY = 5, _("Friday")
        SATURDAY = 6, _("Saturday")
        SUNDAY = 7, _("Sunday")

    therapist = models.ForeignKey(Therapist, models.CASCADE, related_name="working_hours")
    location = models.ForeignKey(Location, models.PROTECT, related_name="working_hours")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    opens = models.TimeField(_("from"))
    closes = models.TimeField(_("until"))
    first_date = models.DateField(_("first day"), null=True, blank=True)
    last_date = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")
        ordering = ["therapist", "weekday", "opens"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__gte=1, weekday__lte=7), name="hours_weekday_is_iso"),
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")),
                name="hours_close_after_they_open",
                violation_error_message=_("Hours end after they begin, on the same day."),
            ),
            models.CheckConstraint(
                condition=Q(
                    opens__minute__in=FIVE_MINUTE_MARKS,
                    opens__second=0,
                    closes__minute__in=FIVE_MINUTE_MARKS,
                    closes__second=0,
                ),
                name="hours_on_five_minute_marks",
                violation_error_message=_("Use times in steps of five minutes."),
            ),
            models.CheckConstraint(
                condition=Q(first_date__isnull=True) | Q(last_date__isnull=True) | Q(last_date__gte=F("first_date")),
                name="hours_last_day_not_before_first",
                violation_error_message=_("The last day is not before the first."),
            ),
        ]

    def __str__(self) -> str:
        opens, closes = (
            countries.format_clock(one, country=self.location.country) for one in (self.opens, self.closes)
        )
        return f"{self.therapist}, {self.get_weekday_display()} {opens}–{closes}"


class TimeOff(models.Model):
    """Instants in which a therapist is away, or (with a location and no therapist) a location is closed.

    Half-open, UTC, on five-minute marks. Written only by `services.rota`.
    """

    therapist = models.ForeignKey(Therapist, models.CASCADE, related_name="time_off", null=True, blank=True)
    location = models.ForeignKey(Location, models.CASCADE, related_name="closures", null=True, blank=True)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    reason = EncryptedTextField(_("reason"), max_length=100, blank=True, help_text=_("Seen by staff only."))

    class Meta:
        verbose_name = _("time off or closure")
        verbose_name_plural = _("time off and closures")
        ordering = ["starts_at"]
        indexes = [models.Index(fields=["ends_at", "starts_at"], name="timeoff_by_end")]
        constraints = [
            models.CheckConstraint(
                condition=Q(therapist__isnull=False, location__isnull=True)
                | Q(therapist__isnull=True, location__isnull=False),
                name="timeoff_of_one_therapist_or_one_location",
                violation_error_message=_("Choose a therapist, or a location for a closure, not both."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="timeoff_ends_after_it_starts",
                violation_error_message=_("Time off ends after it begins."),
            ),
            models.CheckConstraint(
                condition=Q(
                    starts_at__minute__in=FIVE_MINUTE_MARKS,
                    starts_at__second=0,
                    ends_at__minute__in=FIVE_MINUTE_MARKS,
                    ends_at__second=0,
                ),
                name="timeoff_on_five_minute_marks",
                violation_error_message=_("Use times in steps of five minutes."),
            ),
        ]

    def __str__(self) -> str:
        """Without the reason: the admin's log keeps this for ever."""
        return f"{self.therapist}: {_('away')}" if self.therapist else f"{self.location}: {_('closed')}"


class ClinicPolicy(models.Model):
    """Everything that a clinic changes about how it books. One row, id 1."""

    # Null: clients can't book online yet. Written only by `services.opening`.
    opened_at = models.DateTimeField(null=True, editable=False)
    # Null: nobody has stopped online booking since.
    stopped_at = models.DateTimeField(null=True, editable=False)
    clinic_name = models.CharField(
        _("clinic's name"), max_length=100, default="Massage clinic", validators=[check_visible]
    )
    contact_email = models.EmailField(_("contact email"), blank=True)
    headline = models.CharField(
        _("headline"), max_length=60, blank=True, help_text=_("On the start page. Empty: “Ease a stiff neck, …”.")
    )
    intro = models.CharField(_("below the headline"), max_length=120, blank=True)
    accent = models.CharField(
        _("colour"),
        max_length=7,
        blank=True,
        validators=[check_accent],
        help_text=_("Like #54284a: buttons, links and times. Empty: plum."),
    )
    logo = picture_field(_("logo"))
    # Legal texts. What is empty is said by the page in general words, or left out.
    controller = models.TextField(
        _("who is responsible"),
        max_length=500,
        blank=True,
        help_text=_("For personal data: the name in law, the address, and how to write to you."),
    )
    legal_basis = models.TextField(_("on what legal basis"), max_length=1500, blank=True)
    data_recipients = models.TextField(
        _("who else sees data"),
        max_length=1000,
        blank=True,
        help_text=_("Whoever runs your server, your email, your backups."),
    )
    complaints_to = models.TextField(
        _("where to complain"), max_length=500, blank=True, help_text=_("The data protection authority.")
    )
    # Origins of other websites, one a line. What stands in none of the two is refused by browsers.
    read_by = models.TextField(
        _("websites that may read what is offered"),
        max_length=1000,
        blank=True,
        validators=[check_origins],
        help_text=_("One a line, like https://www.example.com. For your own website, if it shows prices or times."),
    )
    framed_by = models.TextField(
        _("websites that may show the booking in a frame"),
        max_length=1000,
        blank=True,
        validators=[check_origins],
        help_text=_(
            "One a line, like https://www.example.com. Booking works only in a frame of a website under the same "
            "domain as this one: in others, browsers hold our cookies back."
        ),
    )
    terms = models.TextField(
        _("terms"), max_length=20_000, blank=True, help_text=_("An empty line between paragraphs.")
    )
    imprint = models.TextField(_("imprint"), max_length=5_000, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="EUR", validators=[RegexValidator(r"^[A-Z]{3}\Z")])
    notice_minutes = models.PositiveIntegerField(
        _("shortest notice (minutes)"), default=120, validators=[MaxValueValidator(43_200)]
    )
    horizon_days = models.PositiveSmallIntegerField(_("bookable this many days ahead"), default=60)
    free_cancelling_hours = models.PositiveSmallIntegerField(_("free to cancel until (hours before)"), default=24)
    late_cancelling_words = models.CharField(
        _("words for later"),
        max_length=300,
        default="After that, please call us. We may charge for the visit.",
    )
    changes_by_phone = models.BooleanField(
        _("clients call to move or cancel"),
        default=False,
        help_text=_("Their pages and emails then have no buttons for it, and name the phone instead."),
    )
    hold_minutes = models.PositiveSmallIntegerField(_("a start is kept for (minutes)"), default=10)
    hold_extension_minutes = models.PositiveSmallIntegerField(_("and once more for (minutes)"), default=10)
    undo_minutes = models.PositiveSmallIntegerField(_("cancelling can be undone for (minutes)"), default=10)
    grid_minutes = models.PositiveSmallIntegerField(
        _("starts every (minutes)"), default=15, validators=[MinValueValidator(5), check_five_minutes]
    )
    quiet_from = models.TimeField(_("no mails from"), default=time(21))
    quiet_until = models.TimeField(_("until"), default=time(8))
    intake_valid_days = models.PositiveSmallIntegerField(_("a safety check is valid for (days)"), default=90)
    reception_reads_concerns = models.BooleanField(
        _("reception reads what clients write in the safety check"),
        default=False,
        help_text=_("Without this only the therapist who treats and the owners read it, and settle it."),
    )
    writes_notes = models.BooleanField(
        _("we write treatment notes"),
        default=True,
        help_text=_("Without this no note is asked for. Notes that are there can still be read."),
    )
    reminder_plan = models.JSONField(_("reminders"), default=default_reminder_plan)
    emergency_number = models.CharField(
        _("emergency number"), max_length=20, blank=True, help_text=_("Empty: that of the first location's country.")
    )
    emergency_number_confirmed = models.BooleanField(_("we have checked the emergency number"), default=False)
    advice_line = models.CharField(_("health advice line"), max_length=120, blank=True)
    maternity_line = models.CharField(_("maternity line"), max_length=120, blank=True)
    # How long personal data is kept: see booking/people/register.py. Changed where an owner confirms it.
    keep_health_years = models.PositiveSmallIntegerField(
        _("health answers and notes (years)"), default=8, editable=False
    )
    keep_receipts_years = models.PositiveSmallIntegerField(_("names and visits (years)"), default=7, editable=False)
    keep_mails_years = models.PositiveSmallIntegerField(
        _("emails and checks without a visit (years)"), default=1, editable=False
    )
    keep_trail_years = models.PositiveSmallIntegerField(_("who saw what (years)"), default=3, editable=False)
    keep_confirmed_at = models.DateTimeField(null=True, editable=False)
    # When an owner last saved the price list; null: it is still as the product brought it.
    prices_confirmed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("clinic policy")
        verbose_name_plural = _("clinic policy")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="policy_is_one_row"),
            models.CheckConstraint(
                condition=Q(grid_minutes__in=range(5, 125, 5)),
                name="policy_grid_in_fives",
                violation_error_message=_("The grid is 5 to 120 minutes, in steps of five."),
            ),
            models.CheckConstraint(
                condition=Q(horizon_days__gte=1, horizon_days__lte=730),
                name="policy_horizon_one_day_to_two_years",
                violation_error_message=_("The horizon is 1 to 730 days."),
            ),
            models.CheckConstraint(
                condition=Q(notice_minutes__lte=43_200),
                name="policy_notice_at_most_thirty_days",
                violation_error_message=_("The notice is at most 43200 minutes, thirty days."),
            ),
            models.CheckConstraint(
                condition=Q(
                    keep_health_years__range=KEPT_YEARS,
                    keep_receipts_years__range=KEPT_YEARS,
                    keep_mails_years__range=KEPT_YEARS,
                    keep_trail_years__range=KEPT_YEARS,
                ),
                name="policy_keeps_one_to_thirty_years",
                violation_error_message=_("Personal data is kept for 1 to 30 years."),
            ),
        ]

    def __str__(self) -> str:
        return self.clinic_name

    @classmethod
    def current(cls) -> "ClinicPolicy":
        """The clinic's policy; the defaults where none was saved yet. Writes nothing. See `services.facts`."""
        return current().find(cls, 1) or cls(pk=1)

    @property
    def is_open(self) -> bool:
        """Whether clients can book online. Staff book in any case."""
        return self.opened_at is not None and self.stopped_at is None

    def emergency_number_in(self, country: str) -> str:
        """What the clinic wrote, else what is dialled in `country`."""
        return self.emergency_number or countries.emergency_number_of(country)


class Stamp(models.Model):
    """What the facts above are stamped with; written by triggers only. See `services.stamp`."""

    value = models.CharField(max_length=32, primary_key=True)

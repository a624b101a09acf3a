"""One colour of a clinic's own: whether it can be read, what stands near it, and the stylesheet that it makes. Pure.

Contrast is WCAG 2's. The grounds are those of static/clinic.css.
"""

import colorsys
import re
from collections.abc import Callable

from django.utils.translation import gettext as _

WHITE, TINT, INK = "#ffffff", "#f4e9e4", "#2a1f27"
DARK_PAPER, DARK_TINT, DARK_INK = "#1d161b", "#32262c", "#f3ebe7"
ON_WHITE, ON_TINT = 7.0, 4.5
# Hues within this many degrees of the emergency's red look like it, unless they are nearly grey.
EMERGENCY_HUE, NEAR, GREYISH = 0.0, 22.0, 0.25
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")

Rgb = tuple[float, float, float]


def find_fault(colour: str) -> str:
    """What is wrong with `colour` as the clinic's own, in a sentence that names the nearest that works; or nothing."""
    if not _COLOUR.fullmatch(colour):
        return _("Write a colour like #54284a.")
    if is_readable(colour) and not looks_like_an_emergency(colour):
        return ""
    works = {"colour": nearest(colour)}
    if looks_like_an_emergency(colour):
        return _("Too close to the red of an emergency. This one works: %(colour)s") % works
    return _("Too pale to read. This one works: %(colour)s") % works


def find_offer(colour: str) -> str:
    """The nearest that works for a colour that does not; empty for one that does, and for what is no colour."""
    return nearest(colour) if _COLOUR.fullmatch(colour) and find_fault(colour) else ""


def is_readable(colour: str) -> bool:
    """As text on white and on the tinted ground, and under white text."""
    return contrast(colour, WHITE) >= ON_WHITE and contrast(colour, TINT) >= ON_TINT


def looks_like_an_emergency(colour: str) -> bool:
    hue, _lightness, saturation = _hls(colour)
    away = abs((hue * 360 - EMERGENCY_HUE + 180) % 360 - 180)
    return saturation > GREYISH and away < NEAR


def nearest(colour: str) -> str:
    """The shade that can be used with the least change: turned out of the red, then only as dark as it has to be."""
    hue, lightness, saturation = _hls(colour)
    if looks_like_an_emergency(colour):
        signed = (hue * 360 - EMERGENCY_HUE + 180) % 360 - 180
        hue = ((EMERGENCY_HUE + (NEAR + 1) * (1 if signed > 0 else -1)) % 360) / 360
    for step in range(101):
        shade = _hex(colorsys.hls_to_rgb(hue, lightness * (1 - step / 100), saturation))
        if is_readable(shade) and not looks_like_an_emergency(shade):
            return shade
    return INK


def stylesheet(colour: str) -> str:
    """The tokens that stand on the colour: itself, a deep tone for hover, a soft one for what is chosen."""
    light = mix(colour, WHITE, until=lambda shade: contrast(shade, DARK_TINT) >= ON_WHITE)
    lighter = mix(light, WHITE, share=0.4)
    tokens = {
        "--plum": colour,
        "--plum-deep": mix(colour, "#000000", share=0.3),
        "--plum-soft": mix(colour, WHITE, share=0.86),
        "--card-ground": colour,
        "--bs-link-color": colour,
        "--bs-link-color-rgb": _numbers(colour),
        "--bs-link-hover-color-rgb": _numbers(mix(colour, "#000000", share=0.3)),
    }
    dark = {
        "--plum": light,
        "--plum-deep": lighter,
        "--plum-soft": mix(colour, DARK_PAPER, share=0.45),
        "--on-plum": INK,
        "--bs-link-color-rgb": _numbers(light),
        "--bs-link-hover-color-rgb": _numbers(lighter),
    }
    return (
        f":root {{{_declared(tokens)}}}\n@media (prefers-color-scheme: dark) {{:root {{{_declared(dark)}}}}}\n"
        "@media print {:root {--plum: #000; --card-ground: #fff;}}\n"
    )


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mix(colour: str, with_colour: str, *, share: float = 0.0, until: Callable[[str], bool] | None = None) -> str:
    """`share` of the second in the first; or the least share with which `until` holds."""
    shares = [step / 50 for step in range(51)] if until else [share]
    shade = colour
    for part in shares:
        pairs = zip(_rgb(colour), _rgb(with_colour), strict=True)
        shade = _hex(tuple(a * (1 - part) + b * part for a, b in pairs))  # type: ignore[arg-type]
        if until and until(shade):
            break
    return shade


def _luminance(colour: str) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _rgb(colour: str) -> Rgb:
    return int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255


def _hls(colour: str) -> Rgb:
    return colorsys.rgb_to_hls(*_rgb(colour))


def _hex(rgb: Rgb) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in rgb)


def _numbers(colour: str) -> str:
    return ", ".join(str(round(part * 255)) for part in _rgb(colour))


def _declared(tokens: dict[str, str]) -> str:
    return " ".join(f"{name}: {value};" for name, value in tokens.items())

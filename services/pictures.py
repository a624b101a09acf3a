"""Pictures that a clinic uploads: cut to shape, made small, and kept in the database.

What a camera or a program wrote into the file (place, time, name) does not come along: only the dots are read.
"""

import base64
import hashlib
import io
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from services.models import Picture
from services.refusals import Refusal

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_DOTS = 60_000_000  # a phone's best; more is a mistake or an attack
CONTENT_TYPE = "image/webp"


class PictureRefused(Refusal):
    """This file can't be used. `str()` is a sentence for staff."""


@dataclass(frozen=True)
class Shape:
    """What becomes of an upload: cut to `width` by `height` dots, or, where it `is_whole`, fitted into them.

    `most_bytes` is what it may weigh on the page.
    """

    width: int
    height: int
    most_bytes: int
    is_whole: bool = False


PORTRAIT = Shape(288, 288, 14_000)
DOOR = Shape(960, 640, 60_000)
LOGO = Shape(480, 72, 12_000, is_whole=True)


@dataclass(frozen=True)
class Encoded:
    """A picture as it will be kept."""

    content: bytes
    width: int
    height: int


def keep(encoded: Encoded) -> Picture:
    """The row of this picture; the same picture twice is one row."""
    picture, _is_new = Picture.objects.get_or_create(
        digest=hashlib.sha256(encoded.content).hexdigest(),
        defaults={
            "content": base64.b64encode(encoded.content).decode("ascii"),
            "width": encoded.width,
            "height": encoded.height,
        },
    )
    return picture


def content_of(*, digest: str) -> bytes | None:
    """The bytes of a picture; None where there is no such picture."""
    found = Picture.objects.filter(digest=digest).values_list("content", flat=True).first()
    return base64.b64decode(found) if found else None


def drop_unused(*, used: set[int]) -> None:
    """Delete the pictures that nothing shows any more."""
    Picture.objects.exclude(pk__in=used).delete()


def encode(upload: Any, *, shape: Shape) -> Encoded:
    """The picture in `upload` (an open file) as WebP, as light as `shape` asks. Raises PictureRefused."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # only who uploads needs it

    try:
        with Image.open(upload, formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_DOTS:
                raise PictureRefused(_("This picture has too many dots. Send a smaller one."))
            upright = ImageOps.exif_transpose(opened)
            image = upright.convert("RGBA" if shape.is_whole else "RGB")
    except PictureRefused:
        raise
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as fault:
        raise PictureRefused(_("This is no picture that we can read. Send a JPEG, PNG or WebP.")) from fault
    size = (shape.width, shape.height)
    image = ImageOps.contain(image, size) if shape.is_whole else ImageOps.fit(image, size)
    if not all(image.size):  # 8,000 dots wide and two high
        raise PictureRefused(_("This picture is too thin to be seen. Send another one."))
    for share, quality in ((1.0, 82), (1.0, 64), (1.0, 46), (1.0, 30), (0.7, 46), (0.7, 30), (0.5, 30), (0.5, 15)):
        smaller = image if share == 1 else ImageOps.scale(image, share)
        written = io.BytesIO()
        smaller.save(written, "WEBP", quality=quality, method=6, exif=b"", xmp=b"")
        if written.tell() <= shape.most_bytes:
            break
    return Encoded(written.getvalue(), smaller.width, smaller.height)

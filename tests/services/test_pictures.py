"""Uploaded pictures: cut, made small, and without what the camera wrote."""

import io

import pytest
from PIL import Image

from services.models import Picture
from services.pictures import DOOR, LOGO, PORTRAIT, PictureRefused, Shape, content_of, drop_unused, encode, keep

MARK = b"GPSMARK"


def make_upload(width: int = 1600, height: int = 900, *, kind: str = "JPEG", noisy: bool = False) -> io.BytesIO:
    image = (
        Image.effect_noise((width, height), 90).convert("RGB") if noisy else Image.new("RGB", (width, height), "teal")
    )
    exif = Image.Exif()
    exif[0x010E] = MARK.decode()  # what the picture shows
    file = io.BytesIO()
    image.save(file, kind, exif=exif)
    file.seek(0)
    return file


@pytest.mark.parametrize(("shape", "size"), [(PORTRAIT, (288, 288)), (DOOR, (960, 640)), (LOGO, (128, 72))])
def test_a_picture_is_cut_or_fitted_to_its_shape(shape: Shape, size: tuple[int, int]) -> None:
    encoded = encode(make_upload(), shape=shape)

    with Image.open(io.BytesIO(encoded.content)) as read:
        assert (read.format, read.size) == ("WEBP", size)
    assert (encoded.width, encoded.height) == size


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_of_what_a_camera_wrote_comes_along(kind: str) -> None:
    upload = make_upload(kind=kind)
    assert MARK in upload.getvalue()

    encoded = encode(upload, shape=PORTRAIT)

    assert MARK not in encoded.content
    with Image.open(io.BytesIO(encoded.content)) as read:
        assert dict(read.getexif()) == {}


def test_a_picture_is_as_light_as_its_page_needs_it() -> None:
    for shape in (PORTRAIT, DOOR):
        assert len(encode(make_upload(noisy=True), shape=shape).content) <= shape.most_bytes
        assert len(encode(make_upload(), shape=shape).content) <= shape.most_bytes


@pytest.mark.parametrize(
    "content", [b"", b"<svg onload='alert(1)'/>", b"GIF89a", make_upload().getvalue()[:200], b"BM" * 99]
)
def test_what_is_no_picture_of_ours_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(PictureRefused, match="no picture that we can read"):
        encode(io.BytesIO(content), shape=PORTRAIT)


@pytest.mark.parametrize("size", [(8_000, 2), (1, 8_000)])
def test_a_logo_of_which_nothing_would_be_left_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(PictureRefused, match="too thin"):
        encode(make_upload(*size, kind="PNG"), shape=LOGO)


@pytest.mark.django_db
def test_the_same_picture_is_one_row_and_goes_when_nothing_shows_it() -> None:
    encoded = encode(make_upload(), shape=PORTRAIT)

    first, second = keep(encoded), keep(encoded)

    assert first == second
    assert content_of(digest=first.digest) == encoded.content
    drop_unused(used={first.pk})
    assert Picture.objects.count() == 1
    drop_unused(used=set())
    assert (Picture.objects.count(), content_of(digest=first.digest)) == (0, None)

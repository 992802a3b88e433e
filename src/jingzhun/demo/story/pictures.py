"""Pictures that stand for photos: a board with a sheet on it."""

import io
from functools import cache

import pylopdf_fonts_zh_cn
from PIL import Image, ImageDraw, ImageFont


def board(village: str, title: str) -> io.BytesIO:
    """A notice board of a village with a sheet, as a JPEG."""
    image = Image.new("RGB", (480, 360), (139, 115, 85))
    draw = ImageDraw.Draw(image)
    draw.rectangle((90, 40, 390, 330), fill=(250, 248, 240), outline=(90, 80, 60), width=3)
    draw.text((240, 75), village, fill=(40, 40, 40), font=_font(22), anchor="mm")
    draw.text((240, 110), title, fill=(160, 30, 30), font=_font(20), anchor="mm")
    for line in range(9):
        draw.line((115, 150 + line * 19, 365, 150 + line * 19), fill=(170, 165, 150), width=2)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=70)
    file.seek(0)
    return file


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(pylopdf_fonts_zh_cn.sans_path()), size)

"""Sets a paper: texts go in as JSON and are set as they are, never as source."""

import json
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import segno
import typst

HERE = Path(__file__).parent


def set_paper(template: str, data: dict[str, Any]) -> bytes:
    """A PDF of the template of that name."""
    fonts = [str(pylopdf_fonts_zh_cn.sans_path().parent)]
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    return typst.compile(str(HERE / template), font_paths=fonts, ignore_system_fonts=True, sys_inputs=inputs)


def qr_svg(text: str) -> str:
    """A QR code as an SVG picture."""
    return segno.make_qr(text, error="m").svg_inline(scale=4, border=1)

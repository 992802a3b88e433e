"""Hostile submissions of the objection form: what a stranger may send, drawn by a seed, as raw bodies of POST."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PIL import Image

MARK = "jzmark"  # stands in everything that must not be kept as it came
SCRIPT = f"<script>alert('{MARK}')</script>"
TEXTS = [
    SCRIPT,
    f"<img src=x onerror=alert('{MARK}')>",
    f"<svg/onload=alert('{MARK}')>",
    f"javascript:alert('{MARK}')//",
    f"'; DROP TABLE publicity_objection; -- {MARK}",
    "' OR '1'='1' UNION SELECT id_number FROM registry_member --",
    "{{ 7 * 7 }} {% load static %} ${7*7} #{7*7}",
    '=HYPERLINK("http://evil.example","click")',
    "+cmd|' /C calc'!A0",
    "\x00\x01\x02\x1b[31m\x7f 控制字符",
    "正常文字\u202egnp.exe\u202c\u2066\u200b\ufeff",
    "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace") + "半个字",
    "Z̸̢̛" * 200,
    "字" * 100_000,
    "A" * 3_000_000,
    "../../../../etc/passwd\x00.jpg",
    "&lt;b&gt; &amp;amp; ]]> <!-- " + MARK,
    "\r\nSet-Cookie: x=1\r\n\r\n<html>",
    "",
    " \n\t ",
    "他家有车，去年买的。",
]
NAMES = [
    "photo.jpg",
    "evil.php.jpg",
    "../../../x.jpg",
    "a\x00.svg",
    "x.svg",
    "index.html",
    "CON",
    "图" * 200 + ".jpg",
    "",
]
TYPES = ["image/jpeg", "image/svg+xml", "text/html", "application/x-php", "image/png", "application/octet-stream", ""]


@dataclass(frozen=True)
class Submission:
    """One POST: its body, media type, and what it is about, for whoever wonders what did it."""

    kind: str
    body: bytes
    media_type: str


def submissions(seed: int, token: Callable[[], str], csrf: str, entries: int) -> Iterator[Submission]:
    """Endless; `token` gives a signed form token, `csrf` the form's, `entries` the length of the list."""
    draw = random.Random(seed)
    files = _files()
    while True:
        kind = draw.choice(("text", "text", "file", "file", "file", "fields", "damaged", "forged"))
        fields = [
            ("csrfmiddlewaretoken", csrf),
            ("token", token()),
            ("about", str(draw.randint(1, entries))),
            ("text", "他家在县城有房子，邻居都知道。"),
        ]
        if kind == "text":
            fields[3] = ("text", draw.choice(TEXTS))
            fields += [(name, draw.choice(TEXTS)) for name in ("missing", "name", "phone") if draw.random() < 0.5]
            if draw.random() < 0.3:
                fields[2] = ("about", draw.choice(["missing", "0", "-1", "999999999999", SCRIPT, "1 OR 1=1", "１"]))
            yield _multipart(kind, draw, fields, [])
        elif kind == "file":
            chosen = [draw.choice(files) for _ in range(draw.randint(1, 3))]
            parts = [(f"photo{n}", draw.choice(NAMES), draw.choice(TYPES), body) for n, body in enumerate(chosen, 1)]
            yield _multipart(kind, draw, fields, parts)
        elif kind == "fields":
            yield _multipart(kind, draw, _odd_fields(draw, fields), [])
        elif kind == "damaged":
            yield _damaged(draw, _multipart(kind, draw, fields, [("photo1", "a.jpg", "image/jpeg", files[0])]))
        else:
            forged = draw.choice([1, 0])
            fields[forged] = (fields[forged][0], draw.choice(["", "x", "a:b:c", SCRIPT, "0" * 5000]))
            yield _multipart(kind, draw, fields, [])


def _odd_fields(draw: random.Random, fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return draw.choice(
        [
            [*fields, ("website", "http://spam.example")],
            fields * 40,
            [*fields, *((f"f{n}", "x") for n in range(2500))],
            [*fields, ("number", "x"), ("state", "upheld"), ("level", "county"), ("item", "1"), ("id", "1")],
            [(name + "[]", value) for name, value in fields],
            [],
            [*fields, ("__proto__", "x"), ("a" * 5000, "y")],
        ]
    )


def _damaged(draw: random.Random, whole: Submission) -> Submission:
    body, boundary = whole.body, whole.media_type
    return draw.choice(
        [
            Submission("cut short", body[: draw.randint(0, len(body))], boundary),
            Submission("no boundary", body, "multipart/form-data"),
            Submission("wrong boundary", body, "multipart/form-data; boundary=zzz"),
            Submission("long boundary", body, "multipart/form-data; boundary=" + "z" * 300),
            Submission("json", b'{"text": "' + SCRIPT.encode() + b'"}', "application/json"),
            Submission("xml", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>', "text/xml"),
            Submission("noise", draw.randbytes(5000), boundary),
            Submission("noise in a form", draw.randbytes(5000), "application/x-www-form-urlencoded"),
            Submission("many", b"&".join(b"a=1" for _ in range(5000)), "application/x-www-form-urlencoded"),
            Submission(
                "charset", b"text=" + "字".encode("utf-16"), "application/x-www-form-urlencoded; charset=nonsense"
            ),
            Submission("encoded", body.replace(b"form-data;", b"form-data; filename*=utf-99''%ff;"), boundary),
        ]
    )


def _multipart(
    kind: str, draw: random.Random, fields: list[tuple[str, str]], files: list[tuple[str, str, str, bytes]]
) -> Submission:
    edge = f"----{draw.getrandbits(64):x}"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value.encode() + b"\r\n"
        for name, value in fields
    ]
    parts += [
        f'--{edge}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
        f"Content-Type: {media}\r\n\r\n".encode()
        + body
        + b"\r\n"
        for field, name, media, body in files
    ]
    return Submission(kind, b"".join(parts) + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}")


def _files() -> list[bytes]:
    """Pictures that are some, pictures that are none, and those that are two things at once."""
    jpeg, png, webp, gif, tiff = (_picture(form) for form in ("JPEG", "PNG", "WEBP", "GIF", "TIFF"))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("evil.js", SCRIPT)
    script, php = SCRIPT.encode(), f"<?php system('{MARK}'); ?>".encode()
    return [
        jpeg, png, webp, gif, tiff, b"", b"\xff\xd8\xff", script, php,
        f'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(\'{MARK}\')"/>'.encode(),
        b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">]><lolz>&lol;</lolz>',
        jpeg + script, jpeg + archive.getvalue(), jpeg + php, png + script, gif[:6] + b"/*" + script + b"*/=1;",
        jpeg[: len(jpeg) // 2], png[: len(png) // 3], _with_comment(jpeg, script + php), _png_bomb(),
        _png_text(png, script),
        b"%PDF-1.4\n%" + script, b"MZ" + bytes(500), bytes(9_000_000), random.Random(1).randbytes(20_000),
        b"\xff\xd8\xff\xe0" + random.Random(2).randbytes(3000), zlib.compress(bytes(100_000)),
    ]  # fmt: skip


def _picture(form: str) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (120, 90), (170, 40, 30)).save(target, form)
    return target.getvalue()


def _with_comment(jpeg: bytes, comment: bytes) -> bytes:
    return jpeg[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + jpeg[2:]


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _png_bomb() -> bytes:
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _png_text(png: bytes, text: bytes) -> bytes:
    return png[:33] + _chunk(b"tEXt", b"Comment\x00" + text) + png[33:]

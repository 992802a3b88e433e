"""Public numbers: not to be guessed from one another, easy to read aloud, and a slip of the pen is noticed.

The alphabet has 31 signs, without 0, O, 1, I and L; 31 is prime, so that the check sign at the end finds every single
wrong sign and every pair that was swapped.
"""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
NOTICE_LENGTH = 8
TRACKING_LENGTH = 8
SECRET_LENGTH = 10


def random_code(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def code_of(digest: bytes, length: int) -> str:
    """The signs that a digest stands for: the same for the same digest."""
    number = int.from_bytes(digest, "big")
    signs = []
    for _ in range(length):
        number, rest = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[rest])
    return "".join(signs)


def check_sign(code: str) -> str:
    """The sign that makes the weighted sum of all signs divisible by 31; the weights are 2, 3, 4… from the right."""
    total = sum(weight * ALPHABET.index(sign) for weight, sign in enumerate(reversed(code), 2))
    return ALPHABET[-total % len(ALPHABET)]


def new_code(length: int) -> str:
    """So many signs by chance, and the check sign."""
    code = random_code(length)
    return code + check_sign(code)


def new_tracking_number() -> str:
    return new_code(TRACKING_LENGTH)


def grouped(code: str) -> str:
    """K7M2-9QXD-4: groups of four, as it is printed and read aloud."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def cleaned(typed: str) -> str:
    """What somebody typed, without the spaces and hyphens between the groups."""
    return "".join(sign for sign in typed.upper() if sign.isascii() and sign.isalnum())


def is_tracking_number(code: str) -> bool:
    """Whether a cleaned text can be a tracking number at all."""
    return (
        len(code) == TRACKING_LENGTH + 1
        and all(sign in ALPHABET for sign in code)
        and check_sign(code[:-1]) == code[-1]
    )

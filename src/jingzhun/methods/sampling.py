"""A draw that everybody can repeat: strata share the places by largest remainder, and a hash orders each stratum."""

from collections.abc import Iterable, Mapping
from hashlib import sha256


def rank(seed: str, number: str) -> str:
    """By what the numbers of a stratum are sorted: the SHA-256 of `seed:number`, in hexadecimal."""
    return sha256(f"{seed}:{number}".encode()).hexdigest()


def apportioned(sizes: Mapping[str, int], total: int) -> dict[str, int]:
    """How many of `total` places each stratum has: in proportion to its size, the rest by largest remainder.

    Of equal remainders the stratum whose name comes first has the place. No stratum has more places than members.
    """
    whole = sum(sizes.values())
    total = min(total, whole)
    if total <= 0:
        return dict.fromkeys(sizes, 0)
    places = {name: size * total // whole for name, size in sizes.items()}
    order = sorted(sizes, key=lambda name: (-(sizes[name] * total % whole), name))
    for name in order[: total - sum(places.values())]:
        places[name] += 1
    return places


def draw(population: Iterable[tuple[str, str]], seed: str, total: int) -> list[tuple[str, str]]:
    """The sample out of (stratum, number) pairs, by stratum and rank; the order of the population does not matter."""
    strata: dict[str, set[str]] = {}
    for stratum, number in population:
        strata.setdefault(stratum, set()).add(number)
    places = apportioned({name: len(numbers) for name, numbers in strata.items()}, total)
    return [
        (name, number)
        for name in sorted(strata)
        for number in sorted(strata[name], key=lambda each: (rank(seed, each), each))[: places[name]]
    ]

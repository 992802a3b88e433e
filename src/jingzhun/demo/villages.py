"""The county's villages: where they lie, how many households they have, how many of them are poor."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from .targets import PROVINCE_INCIDENCE, Targets

LEAST_POOR_INCIDENCE = 2 * PROVINCE_INCIDENCE + 0.025  # a margin, since whole households are registered
MOST_OTHER_INCIDENCE = 2 * PROVINCE_INCIDENCE - 0.035


@dataclass(frozen=True)
class Villages:
    """One row per village. `remote` runs from 0 (by the town's road) to 1 (at the end of a gully)."""

    code: NDArray[np.str_]
    name: NDArray[np.str_]
    town: NDArray[np.str_]
    remote: NDArray[np.float64]
    orchard: NDArray[np.float64]
    paved: NDArray[np.bool_]
    households: NDArray[np.int64]
    poor: NDArray[np.bool_]
    poor_households: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.code)


def draw_villages(rng: Generator, places: list[tuple[str, str, str]], targets: Targets) -> Villages:
    """Draw the villages so that households and poor households add up to the targets exactly."""
    count = len(places)
    code, name, town = (np.array(column) for column in zip(*places, strict=True))
    remote = np.clip(rng.beta(2.0, 1.8, count), 0.02, 0.98)
    households = to_total(rng.lognormal(0, 0.38, count) * (1.2 - 0.4 * remote), targets.households)
    poor = np.zeros(count, bool)
    poor[np.argsort(remote + rng.normal(0, 0.12, count))[count - targets.poor_villages :]] = True
    incidence = np.where(
        poor,
        LEAST_POOR_INCIDENCE + rng.beta(1.3, 6.0, count) * 0.3,
        MOST_OTHER_INCIDENCE * rng.beta(4.0, 2.2, count),
    )
    return Villages(
        code,
        name,
        town,
        remote,
        np.clip(rng.beta(2, 2, count) * (1.1 - 0.5 * remote), 0, 1),
        rng.random(count) < 0.95 - 0.4 * remote,
        households,
        poor,
        _poor_households(households, incidence, poor, targets.poor_households),
    )


def to_total(weights: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Whole numbers in proportion to weights that add up to a total (largest remainders)."""
    exact = weights / weights.sum() * total
    whole = np.floor(exact).astype(np.int64)
    short = total - int(whole.sum())
    whole[np.argsort(whole - exact, kind="stable")[:short]] += 1
    return whole


def _poor_households(
    households: NDArray[np.int64], incidence: NDArray[np.float64], poor: NDArray[np.bool_], total: int
) -> NDArray[np.int64]:
    """Poor households by village: the drawn incidence, moved between its limits until the county's total fits."""
    least = np.where(poor, np.ceil(households * LEAST_POOR_INCIDENCE * 1.045), 1).astype(np.int64)
    most = np.where(poor, np.floor(households * 0.75), np.floor(households * MOST_OTHER_INCIDENCE)).astype(np.int64)
    wanted = np.clip(np.round(households * incidence).astype(np.int64), least, most)
    while (gap := total - int(wanted.sum())) != 0:
        room = (most - wanted) if gap > 0 else (wanted - least)
        if not room.any():
            raise ValueError("the targets cannot be met: too few or too many poor households for the poor villages")
        step = np.minimum(to_total(room.astype(float), min(abs(gap), int(room.sum()))), room)
        wanted += np.sign(gap) * step
    return wanted

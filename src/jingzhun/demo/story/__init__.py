"""The round of 2014, played by its people through the product's own actions, in the order of time."""

from .play import Played, play_round

__all__ = ["Played", "play_round"]

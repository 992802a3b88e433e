"""What assessment stores."""

from .scores import Appeal, Card, Indicator, Point, Score, Scoring

__all__ = ["Appeal", "Card", "Indicator", "Point", "Score", "Scoring"]

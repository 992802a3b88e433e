"""After the round: documents, the plan, policies, and who helps whom, played through the product's own actions."""

from .play import play_help

__all__ = ["play_help"]

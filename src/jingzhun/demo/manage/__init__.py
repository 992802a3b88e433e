"""The county's money and projects of 2014 and of the spring of 2015, played through the actions of management."""

from .play import play_management

__all__ = ["play_management"]

"""How the demo county was assessed."""

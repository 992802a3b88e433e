"""How the demo county was supervised and judged, played through the actions of assessment."""

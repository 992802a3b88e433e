"""Official forms as PDF: a typst template each, its data passed as JSON, never as source."""

"""What publicity prints."""

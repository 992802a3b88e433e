"""Every read of publicity."""

"""Every write of publicity."""

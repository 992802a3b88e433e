"""The screens of publicity: of the staff, and of everybody."""

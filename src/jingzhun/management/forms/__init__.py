"""What is typed about money and projects."""

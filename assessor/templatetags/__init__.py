"""What templates may call, by subject."""

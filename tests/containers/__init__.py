"""What comes with the product to run it in containers, and whether its steps work."""

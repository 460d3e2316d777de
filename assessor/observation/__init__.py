"""What operators get to know of what goes on: never what people type, and no secret."""

"""What pages take that are looked at and sent."""

LOOK_AND_SEND = ["GET", "HEAD", "POST"]

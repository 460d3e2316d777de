"""What the processes of an installation tell each other."""

from django.db import models


class Bucket(models.Model):
    """How often somebody has done something lately: see limits.py.

    ``key`` names nobody; ``full_at`` is in seconds since 1970, and past for whoever did nothing.
    """

    key = models.CharField(max_length=64, primary_key=True)
    full_at = models.FloatField(db_index=True)

    def __str__(self) -> str:
        return self.key


class Worker(models.Model):
    """A process that does what nobody waits for, and when it last said that it is there."""

    id = models.CharField(primary_key=True, max_length=64)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.id


class Routine(models.Model):
    """Work that comes back every night. ``last``: the night it was handed out for, ISO 8601."""

    name = models.CharField(primary_key=True, max_length=40)
    last = models.CharField(max_length=10, blank=True)

    def __str__(self) -> str:
        return f"{self.name}: {self.last}"

"""What is issued stays as it is."""

from typing import Any, NoReturn

from django.db import models


class Issued(models.Model):
    """A row that never changes once it is stored, and is not deleted through the program."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row for the first time. Raises TypeError on any later save."""
        if not self._state.adding:
            raise TypeError(f"{self} was issued and does not change")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: what was issued is evidence."""
        raise TypeError(f"{self} was issued and is not deleted")

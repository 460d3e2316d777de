"""What people send on the page of a question: settlements, earlier answers, notes, replies."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy

from assessor.discussion import Stand
from assessor.forms.text import LinesField
from assessor.knowledge import Answer
from assessor.workflow.settling import NobodySaidSo


class StandField(forms.ChoiceField):
    """One of the answers given. One that nobody gives any more is no mistake in the form."""

    def valid_value(self, value: Any) -> bool:
        return True


class SettlementForm(forms.Form):
    """Which of the answers given is to count, and why; ``seen``: what it replaces."""

    answer = StandField(
        label=gettext_lazy("Which answer is to count?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose the answer that is to count")},
    )
    reason = LinesField(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("The reason stands beside the answer, here and in the report."),
        error_messages={"required": gettext_lazy("Say why this answer is to count")},
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    use_required_attribute = False

    def __init__(self, *args: Any, stands: Sequence[Stand], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stands = {stand.key: stand for stand in stands}
        # The template takes the words from the stand.
        choices = cast("Any", list(self.stands.items()))
        cast("forms.ChoiceField", self.fields["answer"]).choices = choices

    def chosen(self) -> Answer:
        """Return the answer chosen. Raises NobodySaidSo when nobody gives it any more."""
        if self.stand is None:
            raise NobodySaidSo
        return self.stand.answer

    @property
    def stand(self) -> Stand | None:
        """Return the answer chosen, and who gives it; None when nobody does any more."""
        return self.stands.get(str(self["answer"].value()))


class RestoreForm(forms.Form):
    """The save whose answer is to come back, and the last one that the page has seen."""

    revision = forms.IntegerField(min_value=1)
    seen = forms.IntegerField(min_value=0)


class NoteForm(forms.Form):
    """A note that starts a thread."""

    text = LinesField(
        label=gettext_lazy("Your note or question"),
        help_text=gettext_lazy(
            "Everybody who is asked this question reads it, and whoever sees all answers."
        ),
        error_messages={"required": gettext_lazy("Write a note")},
    )
    in_report = forms.BooleanField(
        label=gettext_lazy("Print it in the report, with the replies and all names"),
        required=False,
    )
    use_required_attribute = False

    def __init__(self, *args: Any, prints: bool, **kwargs: Any) -> None:
        """Offer the report only while it is still to come: what was submitted is frozen."""
        super().__init__(*args, **kwargs)
        if not prints:
            del self.fields["in_report"]


class ReplyForm(forms.Form):
    """A reply in a thread."""

    text = LinesField(
        label=gettext_lazy("Your reply"),
        error_messages={"required": gettext_lazy("Write a reply")},
    )
    use_required_attribute = False

"""What an assessment starts with."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy

from assessor.forms.keys import FormKeyField
from assessor.forms.roles import RoleField
from assessor.forms.text import NameField
from assessor.knowledge import KnowledgeBase
from assessor.models import EMAIL_LENGTH, NAME_LENGTH
from assessor.workflow.drafts import Start


class StartForm(forms.Form):
    """What an assessment starts with."""

    creation_key = FormKeyField()
    initiative = NameField(
        label=gettext_lazy("What is the initiative called?"),
        max_length=NAME_LENGTH,
        error_messages={"required": gettext_lazy("Enter a name for the initiative")},
    )
    organisation = NameField(
        label=gettext_lazy("Which organisation is it for?"),
        max_length=NAME_LENGTH,
        error_messages={"required": gettext_lazy("Enter the name of the organisation")},
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    name = NameField(
        label=gettext_lazy("Your name"),
        max_length=NAME_LENGTH,
        required=False,
        help_text=gettext_lazy("Printed on the report as the person who prepared it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        max_length=EMAIL_LENGTH,
        required=False,
        help_text=gettext_lazy(
            "So that an administrator who reviews the assessment can reach you. "
            "Nothing is sent to it automatically."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    role = RoleField(label=gettext_lazy("Your role"), required=False)
    use_required_attribute = False

    def __init__(self, *args: Any, knowledge: KnowledgeBase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("RoleField", self.fields["role"]).offer(knowledge)
        if knowledge.organisation is not None:
            self.fields["organisation"].initial = knowledge.organisation.settings.name

    def start(self) -> Start:
        """Return the cleaned form as a value."""
        return Start(**self.cleaned_data)

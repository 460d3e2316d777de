"""What people send about each other: invitations, how somebody calls themselves, links to share."""

from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessor.forms.keys import FormKeyField
from assessor.forms.roles import RoleField
from assessor.forms.text import LinesField, NameField
from assessor.knowledge import KnowledgeBase
from assessor.models import EMAIL_LENGTH, NAME_LENGTH, Respondent
from assessor.workflow.inviting import Invitation

DAYS = ((7, gettext_lazy("7 days")), (30, gettext_lazy("30 days")), (90, gettext_lazy("90 days")))


class DaysField(forms.TypedChoiceField):
    """How long a link works."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=DAYS, coerce=int, initial=30, **kwargs)


class InvitationForm(forms.Form):
    """Whom to ask, and what."""

    form_key = FormKeyField()
    name = NameField(
        label=gettext_lazy("Name"),
        max_length=NAME_LENGTH,
        required=False,
        help_text=gettext_lazy("Left empty, they enter it themselves."),
    )
    role = RoleField(
        label=gettext_lazy("Role"),
        required=False,
        help_text=gettext_lazy(
            "The answers of the role that is best placed to answer a question count first. "
            "Left empty, they choose it themselves."
        ),
    )
    asked = forms.ChoiceField(
        label=gettext_lazy("Which questions do you ask?"),
        error_messages={"required": gettext_lazy("Choose which questions you ask")},
    )
    sees_all = forms.BooleanField(
        label=gettext_lazy("They see everybody’s answers and the result"), required=False
    )
    may_sign = forms.BooleanField(
        label=gettext_lazy("They sign the suggestion"),
        required=False,
        help_text=gettext_lazy("Who signs sees everybody’s answers and the result."),
    )
    may_decide = forms.BooleanField(
        label=gettext_lazy("They approve, decline or ask for changes"),
        required=False,
        help_text=gettext_lazy("Who decides sees everybody’s answers and the result."),
    )
    message = LinesField(
        label=gettext_lazy("Why you ask them"),
        required=False,
        help_text=gettext_lazy("Shown to them before they start."),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"), max_length=EMAIL_LENGTH, required=False
    )
    days = DaysField(label=gettext_lazy("The link works for"))
    use_required_attribute = False

    def __init__(self, *args: Any, knowledge: KnowledgeBase, mails: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("RoleField", self.fields["role"]).offer(knowledge)
        cast("forms.ChoiceField", self.fields["asked"]).choices = list(_askable(knowledge))
        self.fields["email"].help_text = (
            _("The invitation is sent to it.")
            if mails
            else _("Kept for your records. This installation sends no mail: copy the link instead.")
        )

    def clean(self) -> dict[str, Any]:
        """Refuse to invite somebody for nothing."""
        data = self.cleaned_data
        rights = ("sees_all", "may_sign", "may_decide")
        if data.get("asked") == Respondent.NONE and not any(data.get(right) for right in rights):
            self.add_error("asked", _("Choose questions, or let them see, sign or decide"))
        return data

    def invitation(self) -> Invitation:
        """Return the cleaned form as a value."""
        return Invitation(**self.cleaned_data)


def _askable(knowledge: KnowledgeBase) -> Iterator[tuple[str, Any]]:
    yield Respondent.ALL, _("All questions")
    yield (
        _("One group"),
        [(f"group:{group.key}", group.title) for group in knowledge.question_bank.groups],
    )
    yield (
        _("Those a role can answer best"),
        [(f"role:{role.key}", role.label) for role in knowledge.roles.values()],
    )
    yield Respondent.NONE, _("None: to read, sign or decide only")


def asked_in_words(knowledge: KnowledgeBase, asked: str) -> str:
    """Return in words which questions are put to somebody; see Respondent.asked."""
    kind, _colon, key = asked.partition(":")
    match kind:
        case "group":
            groups = {group.key: group.title for group in knowledge.question_bank.groups}
            return groups.get(key, key)
        case "role":
            role = knowledge.roles[key].label if key in knowledge.roles else key
            return _("Questions for: %(role)s") % {"role": role}
        case Respondent.NONE:
            return _("No questions")
        case _:
            return _("All questions")


class IntroductionForm(forms.Form):
    """How somebody who was invited calls themselves."""

    name = NameField(
        label=gettext_lazy("Your name"),
        max_length=NAME_LENGTH,
        error_messages={"required": gettext_lazy("Enter your name")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    role = RoleField(
        label=gettext_lazy("Your role"),
        error_messages={"required": gettext_lazy("Choose your role")},
        help_text=gettext_lazy("It decides on which questions your answer counts first."),
    )
    use_required_attribute = False

    def __init__(self, *args: Any, person: Respondent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("RoleField", self.fields["role"]).offer(person.assessment.knowledge)
        if person.role:
            del self.fields["role"]


class ShareForm(forms.Form):
    """A link that shows the result."""

    form_key = FormKeyField()
    label = NameField(
        label=gettext_lazy("For whom is the link?"),
        max_length=NAME_LENGTH,
        error_messages={"required": gettext_lazy("Say for whom the link is")},
        help_text=gettext_lazy("Only you see this, to tell your links apart."),
    )
    days = DaysField(label=gettext_lazy("It works for"))
    use_required_attribute = False


class WithdrawalForm(forms.Form):
    """What becomes of the answers of somebody whose invitation ends."""

    KEEP, LEAVE_OUT = "keep", "leave_out"

    answers = forms.ChoiceField(
        label=gettext_lazy("What about the answers they gave?"),
        choices=[
            (KEEP, gettext_lazy("They go on counting")),
            (
                LEAVE_OUT,
                gettext_lazy("They count no more. They stay on record, and the report says so."),
            ),
        ],
        widget=forms.RadioSelect,
        initial=KEEP,
        error_messages={"required": gettext_lazy("Choose what becomes of their answers")},
    )
    use_required_attribute = False

    def __init__(self, *args: Any, may_leave_out: bool, **kwargs: Any) -> None:
        """``may_leave_out``: the answers can still be changed."""
        super().__init__(*args, **kwargs)
        if not may_leave_out:
            del self.fields["answers"]

    @property
    def keeps_answers(self) -> bool:
        return bool(self.cleaned_data.get("answers", self.KEEP) == self.KEEP)

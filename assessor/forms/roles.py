"""The role in which somebody answers."""

from django import forms
from django.utils.translation import gettext as _

from assessor.knowledge import KnowledgeBase


class RoleField(forms.ChoiceField):
    """A role of the edition; ``offer`` puts them there."""

    def offer(self, knowledge: KnowledgeBase) -> None:
        roles = [(role.key, role.label) for role in knowledge.roles.values()]
        self.choices = [("", _("Choose")), *roles]

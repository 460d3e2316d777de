"""The settings of an organisation over an edition."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator
from django.forms import BoundField
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessor.forms.text import CountedField, NameField
from assessor.knowledge import KnowledgeBase
from assessor.knowledge.overlay import (
    LARGEST_LOGO,
    LONGEST_HELP,
    LONGEST_LABEL,
    LONGEST_NAME,
    Band,
    Settings,
    budget_question,
    money_questions,
    thresholds_of,
)
from assessor.knowledge.question_bank import Choice
from assessor.models import Paper

MOST_MONEY = 10**12
MOST_TOKENS = 10**15
CURRENCY = ("code", "usd", "as_of")
THRESHOLDS = ("medium_from", "high_from")
MOST_PIXELS = 2000
"""Of the width and the height of a logo: more than paper shows."""


@dataclass(frozen=True)
class Section:
    """Fields under one heading. ``is_long``: there are many, and few of them are needed."""

    title: str
    hint: str
    fields: list[BoundField]
    is_long: bool = False


class LogoField(forms.ImageField):
    """A PNG picture, checked and not changed, small enough to be part of an edition."""

    widget = forms.FileInput(attrs={"accept": "image/png"})

    def to_python(self, data: Any) -> Any:
        """Raise ValidationError where the picture is none, no PNG or too large."""
        file: Any = super().to_python(data)
        if file is None:
            return None
        if file.image.format != "PNG":
            raise ValidationError(_("Choose a picture in PNG format"))
        if file.size > LARGEST_LOGO:
            most = LARGEST_LOGO // 1024
            raise ValidationError(_("Choose a picture of at most %(most)s KiB") % {"most": most})
        if max(file.image.size) > MOST_PIXELS:
            raise ValidationError(
                _("Choose a picture of at most %(most)s pixels each way") % {"most": MOST_PIXELS}
            )
        return file


class SettingsForm(forms.Form):
    """What an organisation sets over ``base``; ``current`` is what it has set so far."""

    name = NameField(
        label=gettext_lazy("Name of the organisation"),
        max_length=LONGEST_NAME,
        help_text=gettext_lazy("New assessments start with it, so it stands on their reports."),
        error_messages={"required": gettext_lazy("Enter the name of the organisation")},
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    paper = forms.ChoiceField(
        label=gettext_lazy("Paper of the PDF"), choices=Paper.choices, widget=forms.RadioSelect
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the report"), choices=lambda: settings.LANGUAGES
    )
    logo = LogoField(
        label=gettext_lazy("Logo"),
        required=False,
        help_text=gettext_lazy(
            "A PNG picture of at most 64 KiB. It stands on the first page of the PDF."
        ),
        error_messages={
            "invalid_image": gettext_lazy("Choose a picture in PNG format, and an undamaged one"),
            "empty": gettext_lazy("This file is empty: choose another one"),
        },
    )
    without_logo = forms.BooleanField(label=gettext_lazy("Take the logo away"), required=False)
    code = forms.CharField(
        label=gettext_lazy("Currency"),
        required=False,
        max_length=3,
        help_text=gettext_lazy("Three letters, such as EUR. Empty: US dollars."),
        validators=[
            RegexValidator(
                "^[A-Z]{3}$", gettext_lazy("Write the currency as three capital letters")
            )
        ],
    )
    usd = forms.FloatField(
        label=gettext_lazy("Worth of one unit in US dollars"),
        required=False,
        min_value=0.000001,
        max_value=MOST_MONEY,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    as_of = forms.DateField(
        label=gettext_lazy("On which day"),
        required=False,
        help_text=gettext_lazy(
            "As in 2026-11-25. Estimates stay in US dollars; only the amounts "
            "people choose between are in this currency."
        ),
        widget=forms.DateInput(format="%Y-%m-%d"),
    )
    medium_from = forms.IntegerField(
        label=gettext_lazy("Medium from"),
        min_value=1,
        max_value=MOST_TOKENS,
        help_text=gettext_lazy("Tokens per month: requests times the tokens of one request."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    high_from = forms.IntegerField(
        label=gettext_lazy("High from"),
        min_value=1,
        max_value=MOST_TOKENS,
        help_text=gettext_lazy("Tokens per month."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    use_required_attribute = False

    def __init__(
        self,
        sent: QueryDict | None = None,
        files: "MultiValueDict[str, UploadedFile[Any]] | None" = None,
        *,
        base: KnowledgeBase,
        current: Settings | None,
    ) -> None:
        super().__init__(sent, files, initial=_initial(base, current))
        self._base = base
        self.logo_so_far = current.logo if current else None
        self.fields |= dict(_band_fields(base))
        self.fields |= {_help(key): _help_field(base, key) for key in base.questions}
        if thresholds_of(base.document) is None:
            for name in THRESHOLDS:
                del self.fields[name]
        if len(settings.LANGUAGES) == 1:
            del self.fields["language"]
        if self.logo_so_far is None:
            del self.fields["without_logo"]

    def sections(self) -> Iterator[Section]:
        """Yield the fields under their headings."""
        yield Section(_("The organisation"), "", [self[name] for name in self._of_reports()])
        yield Section(_("Currency"), "", [self[name] for name in CURRENCY])
        for key in money_questions(self._base.document):
            fields = [self[name] for name, _field in _fields_of(self._base, key)]
            yield Section(self._base.questions[key].text, _("The choices people see."), fields)
        if "medium_from" in self.fields:
            hint = _("From which volume on it counts as medium, and as high.")
            yield Section(_("Volume"), hint, [self[name] for name in THRESHOLDS])
        hint = _("Stands after the help that the edition has. Leave empty what needs none.")
        helps = [self[_help(key)] for key in self._base.questions]
        yield Section(_("Extra help"), hint, helps, is_long=True)

    def differing(self) -> list[BoundField]:
        """Return the fields that do not say what is set so far, but for the logo."""
        ours = set(self.changed_data) - {"logo", "without_logo"}
        return [self[name] for name in self.fields if name in ours]

    def _of_reports(self) -> list[str]:
        wanted = ("name", "logo", "without_logo", "paper", "language")
        return [name for name in wanted if name in self.fields]

    def clean(self) -> dict[str, Any]:
        """Ask for all of the currency, or nothing."""
        data = self.cleaned_data
        given = [name for name in CURRENCY if data.get(name)]
        for name in CURRENCY:
            if given and name not in given and name not in self.errors:
                self.add_error(name, _("Give currency, worth and day together, or none of them"))
        return data

    def settings(self) -> dict[str, Any]:
        """Return what was sent as plain values, without what is as in the edition."""
        data = self.cleaned_data
        wanted: dict[str, Any] = {"name": data["name"], "paper": data["paper"]}
        if "language" in data:
            wanted["language"] = data["language"]
        if logo := self._logo():
            wanted["logo"] = logo
        if data["code"]:
            day = data["as_of"].isoformat()
            wanted["currency"] = {"code": data["code"], "usd": data["usd"], "as_of": day}
        thresholds = {name: data[name] for name in THRESHOLDS if name in data}
        in_edition = thresholds_of(self._base.document)
        if in_edition is not None and thresholds != in_edition.model_dump():
            wanted["volume_thresholds"] = thresholds
        bands = {key: _bands(self, key) for key in money_questions(self._base.document)}
        helps = {key: data[_help(key)] for key in self._base.questions if data[_help(key)]}
        return wanted | _filled("money_bands", bands) | _filled("help", helps)

    def _logo(self) -> str | None:
        """Return the picture that was chosen, else the one there is unless it shall go."""
        if file := self.cleaned_data["logo"]:
            return base64.b64encode(file.read()).decode()
        return None if self.cleaned_data.get("without_logo") else self.logo_so_far

    @property
    def base(self) -> KnowledgeBase:
        return self._base


def _filled(name: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return what there is of something optional."""
    left = {key: value for key, value in values.items() if value}
    return {name: left} if left else {}


# ---------------------------------------------------------------- amounts to choose between


def _choices(base: KnowledgeBase, key: str) -> list[Choice]:
    return list(getattr(base.questions[key], "choices", ()))


def _fields_of(base: KnowledgeBase, key: str) -> Iterator[tuple[str, forms.Field]]:
    """Yield the fields of one question: the words of each choice, and up to where it goes."""
    choices = _choices(base, key)
    for choice in choices:
        name = {"choice": choice.label}
        yield (
            f"label-{key}-{choice.key}",
            NameField(
                label=_("Instead of “%(choice)s”") % name,
                max_length=LONGEST_LABEL,
                error_messages={"required": _("Enter the words of every choice")},
            ),
        )
        if key == budget_question(base.document) and choice != choices[-1]:
            yield (
                f"up_to-{key}-{choice.key}",
                forms.FloatField(
                    label=_("“%(choice)s” goes up to, each month") % name,
                    min_value=0.01,
                    max_value=MOST_MONEY,
                    help_text=_("In the currency above. Estimates are checked against it."),
                    widget=forms.TextInput(attrs={"inputmode": "decimal"}),
                ),
            )


def _band_fields(base: KnowledgeBase) -> Iterator[tuple[str, forms.Field]]:
    for key in money_questions(base.document):
        yield from _fields_of(base, key)


def _bands(form: SettingsForm, key: str) -> dict[str, Any]:
    """Return the choices of a question, or nothing where all are as in the edition."""
    bands = {}
    for choice in _choices(form.base, key):
        bands[choice.key] = {"label": form.cleaned_data[f"label-{key}-{choice.key}"]}
        edge = form.cleaned_data.get(f"up_to-{key}-{choice.key}")
        if edge is not None:
            bands[choice.key]["up_to"] = edge
    return {} if bands == _in_edition(form.base, key) else bands


def _in_edition(base: KnowledgeBase, key: str) -> dict[str, Any]:
    edges = base.estimates.budget.up_to_usd_per_month if base.estimates else {}
    bands: dict[str, Any] = {}
    for choice in _choices(base, key):
        bands[choice.key] = {"label": choice.label}
        if key == budget_question(base.document) and edges.get(choice.key) is not None:
            bands[choice.key]["up_to"] = _plain(edges[choice.key])
    return bands


def _plain(number: float | None) -> float | None:
    """Return a whole number as people write it: 1000, and not 1000.0."""
    return int(number) if number is not None and number == int(number) else number


# ---------------------------------------------------------------- help and what was set before


def _help(key: str) -> str:
    return f"help-{key}"


class HelpField(CountedField, NameField):
    """Help on one line, long enough to be typed on several."""


def _help_field(base: KnowledgeBase, key: str) -> forms.Field:
    return HelpField(
        label=base.questions[key].text,
        required=False,
        max_length=LONGEST_HELP,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def _so_far(bands: dict[str, Band]) -> dict[str, Any]:
    """Return what was set of one question."""
    return {key: {"label": band.label, "up_to": _plain(band.up_to)} for key, band in bands.items()}


def _initial(base: KnowledgeBase, current: Settings | None) -> dict[str, Any]:
    """Return what the fields start with: what was set so far, else what the edition says."""
    values: dict[str, Any] = {"paper": Paper.A4, "language": settings.LANGUAGE_CODE}
    thresholds = (current and current.volume_thresholds) or thresholds_of(base.document)
    if thresholds:
        values |= thresholds.model_dump()
    bands = {key: _in_edition(base, key) for key in money_questions(base.document)}
    if current:
        values |= {name: getattr(current, name) for name in ("name", "paper", "language")}
        values |= current.currency.model_dump() if current.currency else {}
        values |= {_help(key): text for key, text in current.help.items()}
        bands |= {key: _so_far(each) for key, each in current.money_bands.items() if key in bands}
    for key, choices in bands.items():
        for choice, band in choices.items():
            values |= {f"{part}-{key}-{choice}": value for part, value in band.items()}
    return values

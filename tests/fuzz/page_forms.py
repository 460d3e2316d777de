"""The forms of a page, as a browser would send them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

Values = dict[str, list[str]]


@dataclass
class PageForm:
    """A form with what it would send now, and the names of all it could send."""

    method: str
    action: str
    values: Values = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=dict)

    def offers(self, name: str, value: str = "") -> None:
        """Note that a control can send this."""
        self.names.setdefault(name, [])
        if value:
            self.names[name].append(value)

    def sends(self, name: str, value: str) -> None:
        """Note that a control sends this as it stands."""
        self.values.setdefault(name, []).append(value)


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.forms: list[PageForm] = []
        self.form: PageForm | None = None
        self.select = self.textarea = ""
        self.chosen: list[str] | None = None
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = PageForm(
                about.get("method", "get").upper(), about.get("action", "") or self.address
            )
            self.forms.append(self.form)
        if self.form is None:
            return
        name = about.get("name", "")
        match tag:
            case "input" | "button" if name:
                self._control(self.form, name, about)
            case "select":
                self.select = name
                self.form.offers(name)
            case "option" if self.select:
                self.form.offers(self.select, about.get("value", ""))
                if "selected" in about:
                    self.form.sends(self.select, about.get("value", ""))
            case "textarea":
                self.textarea, self.text = name, ""
                self.form.offers(name)
            case _:
                pass

    @staticmethod
    def _control(form: PageForm, name: str, about: dict[str, Any]) -> None:
        kind, value = about.get("type", "text"), about.get("value", "")
        if kind in {"checkbox", "radio"}:
            value = value or "on"
        form.offers(name, value)
        if kind in {"checkbox", "radio"} and "checked" not in about:
            return
        if kind in {"submit", "button", "image", "file"}:
            return
        form.sends(name, value)

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.form is not None and self.textarea:
            # A browser leaves out the line break right after the tag.
            self.form.sends(self.textarea, self.text.removeprefix("\n"))
            self.textarea = ""
        elif tag == "select":
            self.select = ""
        elif tag == "form":
            self.form = None


def forms_of(address: str, html: str) -> list[PageForm]:
    """Return the forms of the page at an address."""
    reader = _Reader(address)
    reader.feed(html)
    return reader.forms


def links_of(html: str) -> Iterator[str]:
    """Yield the addresses on this site to which a page leads."""
    links: list[str] = []

    class Links(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag == "a":
                links.extend(value for name, value in attrs if name == "href" and value)

    Links().feed(html)
    return (link for link in links if link.startswith("/") and not link.startswith("//"))

"""What a page keeps that says that something was not taken."""

from html.parser import HTMLParser

from tests.builders import Response


class Kept(HTMLParser):
    """The text areas of a page: those that a form sends, by name, and those to copy, by id."""

    def __init__(self) -> None:
        super().__init__()
        self._area = ""
        self.areas: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "textarea":
            about = dict(attrs)
            self._area = f"name {about['name']}" if "name" in about else f"id {about['id']}"
            self.areas[self._area] = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.areas[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        self._area = ""


def _areas(response: Response, kind: str) -> dict[str, str]:
    parser = Kept()
    parser.feed(response.content.decode())
    return {
        area.removeprefix(kind): text.removeprefix("\n")
        for area, text in parser.areas.items()
        if area.startswith(kind)
    }


def fields_of(response: Response) -> dict[str, str]:
    """Return what the form on the page would send."""
    return _areas(response, "name ")


def kept_in(response: Response) -> str:
    """Return the first text that the page shows to be copied."""
    return _areas(response, "id ")["text-1"]

"""What a form has sent, on the page that says that it was not taken."""

from typing import Any

from django import template

from assessor.sent import fields, short_texts, texts

register = template.Library()


@register.inclusion_tag("errors/_texts.html", takes_context=True)
def texts_sent(context: dict[str, Any]) -> dict[str, Any]:
    """Show it, to be copied; ``sent`` is there where a button sends it again, short texts too."""
    kept, sent = fields(context["request"]), context.get("sent")
    return {"texts": texts(kept), "short_texts": "" if sent else short_texts(kept), "sent": sent}

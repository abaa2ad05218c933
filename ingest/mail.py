"""An email as an article: its subject, sender, date and text."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from ingest.markup import from_html, without_tags
from retrieval.errors import ItemError


def from_mail(data: bytes) -> tuple[dict[str, Any], str, int]:
    """What an email says of itself, its text, and how many attachments were left out.

    Raises:
        ItemError: there is no text in it.
    """
    try:
        message = message_from_bytes(data, policy=policy.default)
        if not isinstance(message, EmailMessage) or not message.keys():
            raise ItemError("is not an email")  # noqa: TRY301 - passes the handler below
        body = message.get_body(("plain", "html"))
        text = str(body.get_content()) if body is not None else ""
        sender = message["from"].addresses[0] if message["from"] else None
        meta = {
            "title": str(message["subject"] or ""),
            "author": sender.display_name or sender.addr_spec if sender else "",
            "source": sender.domain if sender else "",
            "date": str(message["date"] or ""),
        }
        attached = sum(1 for _ in message.iter_attachments())
    except ItemError:
        raise
    except Exception as error:  # the parser trips over what no mail program would write
        raise ItemError(f"cannot be read as an email ({type(error).__name__})") from error
    if body is not None and body.get_content_subtype() == "html":
        try:
            _, text = from_html(text)
        except ItemError:  # it is no article, and still what was written
            text = without_tags(text)
    if not text.strip():
        raise ItemError("is an email without text")
    return meta, text, attached

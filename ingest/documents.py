"""PDF, DOCX, PPTX and EPUB: read in a process of its own, for no such file is trusted to end."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from retrieval.errors import ItemError

_PROGRAM = Path(__file__).with_name("apart.py")
_SECONDS = 60
_MB = 1_500


def from_document(
    data: bytes, kind: str, *, seconds: int = _SECONDS, megabytes: int = _MB
) -> tuple[dict[str, Any], str]:
    """What a document says of itself, and its text.

    Args:
        data: the whole of the file.
        kind: `.pdf`, `.docx`, `.pptx` or `.epub`.
        seconds: that reading it may take.
        megabytes: of memory that reading it may take.

    Raises:
        ItemError: it is broken, locked, without text, or takes too much to read.
    """
    command = [sys.executable, "-P", str(_PROGRAM), kind, str(seconds), str(megabytes)]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, and nothing of the document in it
            command, input=data, capture_output=True, timeout=seconds + 5, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ItemError(f"takes longer than {seconds} s to read") from error
    except OSError as error:
        raise ItemError(f"cannot be read: {error.strerror}") from error
    if done.returncode < 0:  # ended by the system
        raise ItemError(f"takes longer than {seconds} s, or too much memory, to read")
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        raise ItemError("takes too much memory to read, or is broken") from error
    if "error" in answer:
        raise ItemError(answer["error"])
    text = answer.pop("text")
    if not text.strip():
        raise ItemError("has no text (a scan would have to be read by a program that sees)")
    return answer, text

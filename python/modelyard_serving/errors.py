"""What a caller is told. Never a stack trace, never the input: answers end in logs, inputs may be personal."""

import re


class BadRequest(Exception):
    """The caller's mistake, in words that hold nothing of the input."""


class Busy(Exception):
    """Too many callers wait."""


REFUSED = "The model could not evaluate this input. Check its columns, types and shapes against the model's signature."

# MLflow's messages whose matched part names only what the model itself declares.
_HARMLESS = (
    re.compile(r"Model is missing inputs \[[^\]]*\]\."),
    re.compile(r"Model inference is missing inputs\.[^.]*\."),
    re.compile(r"Incompatible input types for column [^.]*\. Can not safely convert [\w.\[\]<>]+ to [\w.\[\]<>]+"),
    re.compile(r"Shape of input \([^)]*\) does not match expected shape \([^)]*\)"),
    re.compile(r"The input must be a JSON dictionary with exactly one of the input fields \{[^}]*\}"),
    re.compile(r"Dataframe (?:records|split) format must [^.]*\."),
)


def harmless_message(error):
    """The part of an exception that may be shown, or a sentence that fits every refusal."""
    text = str(getattr(error, "message", error))
    for pattern in _HARMLESS:
        match = pattern.search(text)
        if match:
            return match.group(0)
    return REFUSED

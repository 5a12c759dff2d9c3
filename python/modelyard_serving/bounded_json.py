"""JSON of strangers."""

import json
import re

from modelyard_serving.errors import BadRequest

MAX_DEPTH = 64

_OUTSIDE_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


def check_depth(body):
    """Counts nesting without parsing: the parser itself would run out of stack."""
    depth = 0
    for token in _OUTSIDE_STRINGS.finditer(body):
        first = body[token.start()]
        if first in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise BadRequest("The JSON body is nested more than %d levels deep." % MAX_DEPTH)
        elif first in b"]}":
            depth -= 1


def parse(body):
    check_depth(body)
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise BadRequest(
            "The body is not valid JSON. NaN and Infinity are not JSON either: send null for a missing number."
        ) from None


def _refuse_constant(_name):
    raise ValueError("not JSON")


def dump_strictly(text):
    """MLflow writes NaN and Infinity, which are not JSON, as they are: null instead."""
    if "NaN" not in text and "Infinity" not in text:
        return text
    return json.dumps(json.loads(text, parse_constant=lambda _name: None))

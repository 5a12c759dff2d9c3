"""Prints the route table of the installed MLflow as JSON, on a line of its own.

All of it: the endpoints of the protobuf services, the other Flask routes, and FastAPI's own.
"""

import json
import re

from mlflow import __version__
from mlflow.server import app
from mlflow.server.fastapi_app import create_fastapi_app
from mlflow.server.handlers import get_endpoints

routes = {}


def add(path, methods):
    # One spelling for parameters: <converter:name>, <name> and {name:path} all become {name}.
    path = re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", r"{\1}", path)
    path = re.sub(r"\{(\w+):\w+\}", r"{\1}", path)
    routes.setdefault(path, set()).update(methods)


for path, _handler, methods in get_endpoints():
    add(path, methods)
for rule in app.url_map.iter_rules():
    add(rule.rule, rule.methods)


def walk(router, prefix=""):
    for route in router.routes:
        inner = getattr(route, "original_router", None) or getattr(route, "router", None)
        if inner is not None:
            context = getattr(route, "include_context", None)
            walk(inner, prefix + (getattr(context, "prefix", "") or ""))
        elif getattr(route, "methods", None):
            add(prefix + route.path, route.methods)


walk(create_fastapi_app(app))

print()
print(
    json.dumps(
        {
            "version": __version__,
            "routes": [
                {"methods": sorted(set(methods) - {"HEAD", "OPTIONS"}), "path": path}
                for path, methods in sorted(routes.items())
            ],
        }
    )
)

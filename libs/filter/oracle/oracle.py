"""Answers what MLflow itself makes of a filter or order_by, for comparison by hand with libs/filter.

Reads JSON lines {"grammar", "filter"} or {"grammar", "order_by": [...]} and writes one JSON line each:
{"ok": [...]} in the vocabulary of libs/filter, {"refused": message} or {"crashed": message} (a 500 of MLflow's).
Needs any Python with mlflow 3.17: python libs/filter/oracle/oracle.py < questions.jsonl
"""

import json
import sys

from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from mlflow.exceptions import MlflowException
from mlflow.store.model_registry.sqlalchemy_store import SqlAlchemyStore as RegistryStore
from mlflow.store.tracking import sqlalchemy_store as tracking
from mlflow.utils.search_logged_model_utils import parse_filter_string
from mlflow.utils.search_utils import (
    SearchExperimentsUtils,
    SearchLoggedModelsUtils,
    SearchModelUtils,
    SearchModelVersionUtils,
    SearchUtils,
)

DIALECT = "postgresql"
ENTITIES = {"parameter": "param", "attributes": "attribute", "metrics": "metric", "params": "param", "tags": "tag"}


class Registry(RegistryStore):
    def __init__(self):
        pass

    def _get_workspace_clauses(self, *_):
        return []


def compiled(statement):
    str(statement.compile(dialect=postgresql.dialect()))


def clause(entity, key, operator, value):
    if entity == "metric":
        value = float(value)
    kind = "list" if isinstance(value, tuple) else type(value).__name__
    value = list(value) if kind == "list" else None if value is None else str(value)
    return [ENTITIES.get(entity, entity), key, operator.upper(), kind, value]


def parsed_clauses(parsed):
    return [clause(p["type"], p["key"], p["comparator"], p["value"]) for p in parsed]


def runs(text):
    parsed = SearchUtils.parse_search_filter(text)
    attributes, _, _ = tracking._get_sqlalchemy_filter_clauses(parsed, Session(), DIALECT)
    for condition in attributes:
        compiled(condition)
    return [[c[0], SearchUtils.translate_key_alias(c[1]), *c[2:]] for c in parsed_clauses(parsed)]


def experiments(text):
    parsed = SearchExperimentsUtils.parse_search_filter(text)
    tracking._get_search_experiments_filter_clauses(parsed, DIALECT)
    return parsed_clauses(parsed)


def registered_models(text):
    parsed = SearchModelUtils.parse_search_filter(text)
    compiled(Registry()._get_search_registered_model_filter_query(Session(), parsed, DIALECT))
    return parsed_clauses(parsed)


def model_versions(text):
    parsed = SearchModelVersionUtils.parse_search_filter(text)
    compiled(Registry()._get_search_model_versions_filter_clauses(parsed, DIALECT))
    return parsed_clauses(parsed)


def logged_models(text):
    answer = []
    for c in parse_filter_string(text):
        kind = c.entity.type.value
        if kind == "attributes":
            column = getattr(tracking.SqlLoggedModel, c.entity.key)
            compiled(SearchUtils.get_sql_comparison_func(c.op, DIALECT)(column, c.value))
        answer.append(clause(kind, c.entity.key, c.op, c.value))
    return answer


def order_runs(items):
    tracking._get_orderby_clauses(items, Session())
    parsed = [SearchUtils.parse_order_by_for_search_runs(item) for item in items]
    return [[ENTITIES.get(t, t), SearchUtils.translate_key_alias(k), a] for t, k, a in parsed]


def order_experiments(items):
    tracking._get_search_experiments_order_by_clauses(items)
    return [list(SearchExperimentsUtils.parse_order_by_for_search_experiments(item)) for item in items]


def order_registered_models(items):
    Registry._parse_search_registered_models_order_by(items)
    parsed = [SearchUtils.parse_order_by_for_search_registered_models(item) for item in items]
    return [["attribute", "last_updated_timestamp" if k == "timestamp" else k, a] for k, a in parsed]


def order_model_versions(items):
    Registry._parse_search_model_versions_order_by(items)
    return [list(SearchModelVersionUtils.parse_order_by_for_search_model_versions(item)) for item in items]


def order_logged_models(items):
    parsed = [SearchLoggedModelsUtils.parse_order_by_for_logged_models(item) for item in items]
    return [[o.field_name, o.ascending, o.dataset_name, o.dataset_digest] for o in parsed]


FILTERS = {
    "runs": runs,
    "experiments": experiments,
    "registeredModels": registered_models,
    "modelVersions": model_versions,
    "loggedModels": logged_models,
}
ORDERS = {
    "runs": order_runs,
    "experiments": order_experiments,
    "registeredModels": order_registered_models,
    "modelVersions": order_model_versions,
    "loggedModels": order_logged_models,
}


def answer(question):
    grammar = question["grammar"]
    try:
        if "filter" in question:
            return {"ok": FILTERS[grammar](question["filter"])}
        return {"ok": ORDERS[grammar](question["order_by"])}
    except MlflowException as error:
        return {"refused": error.message}
    except Exception as error:
        return {"crashed": f"{type(error).__name__}: {error}"}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)

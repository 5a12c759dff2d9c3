"""Fills an MLflow server with one of everything, and prints what a server answers about it. Run:
import_scenario.py fill URI DATABASE-FILE POINTS
import_scenario.py read URI [REPORT]        the report of an import says which ids experiments got"""
import json
import re
import sqlite3
import sys
import tempfile
import uuid

import mlflow
import pandas
from mlflow import MlflowClient
from mlflow.entities import AssessmentSource, Metric, ViewType
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

verb, uri = sys.argv[1:3]
mlflow.set_tracking_uri(uri)
client = MlflowClient()
X, y = load_iris(return_X_y=True, as_frame=True)
KEYS, STEPS = 10, 1000


def fill(database, points):
    gone = client.create_experiment("gone", tags={"why": "tried"})
    main = mlflow.set_experiment("größe 模型")
    client.set_experiment_tag(main.experiment_id, "team", "fraud")
    with mlflow.start_run(run_name="parent") as parent:
        mlflow.log_params({"long": "x" * 6000, "empty": "", "unicode": "größe"})
        mlflow.set_tags({"note": "a" * 300, "line": "tab\there\nbreak"})
        for step, value in enumerate([0.1, float("nan"), float("inf"), -float("inf"), 1e-300, 2.0**60 + 1]):
            mlflow.log_metric("m", value, step=step)
        client.log_batch(parent.info.run_id, metrics=[Metric("big", 1.5, 1_700_000_000_000, 2**60 + 1), Metric("big", float("nan"), 0, -5)])
        mlflow.log_input(mlflow.data.from_pandas(X, source="s3://bucket/iris.csv", name="iris"), context="training", tags={"split": "all"})
        mlflow.log_text("hello", "notes/größe a.txt")
        with mlflow.start_run(nested=True, run_name="child"):
            model = LogisticRegression(max_iter=200).fit(X, y)
            info = mlflow.sklearn.log_model(model, name="model", registered_model_name="iris", input_example=X.head(2), params={"C": "1"}, tags={"kind": "linear"})
            mlflow.log_metric("accuracy", 0.97, model_id=info.model_id)
    client.set_logged_model_tags(info.model_id, {"owner": "me"})
    with mlflow.start_run(run_name="uses it"):
        mlflow.log_metric("later", 1, model_id=info.model_id)
    mlflow.register_model(info.model_uri, "iris", tags={"second": "yes"})
    mlflow.register_model(info.model_uri, "iris")
    client.delete_model_version("iris", "3")
    client.set_registered_model_alias("iris", "champion", "1")
    client.set_registered_model_alias("iris", "challenger", "2")
    client.transition_model_version_stage("iris", "1", "Production")
    client.update_registered_model("iris", "flowers")
    client.update_model_version("iris", "2", "newer")
    client.set_registered_model_tag("iris", "domain", "botany")
    mlflow.genai.register_prompt("greeting", "Hello {{name}}", commit_message="first", tags={"tone": "nice"})
    mlflow.genai.register_prompt("greeting", [{"role": "user", "content": "Hi {{name}}"}])
    mlflow.genai.set_prompt_alias("greeting", "live", 2)

    @mlflow.trace(span_type="CHAT_MODEL")
    def ask(question):
        span = mlflow.get_current_active_span()
        span.set_attribute("mlflow.chat.tokenUsage", {"input_tokens": 11, "output_tokens": 4, "total_tokens": 15})
        span.set_attribute("big", 2**60 + 1)
        return "größe 模型"

    @mlflow.trace(name="pipeline")
    def pipeline(question):
        mlflow.update_current_trace(tags={"stage": "test"}, metadata={"mlflow.trace.session": "s-1", "mlflow.trace.user": "u-1"}, client_request_id="c-1")
        return ask(question)

    traced = []
    with mlflow.start_run(run_name="traced") as run:
        for question in ["one", "two", "three"]:
            pipeline(question)
            traced.append(mlflow.get_last_active_trace_id())
    mlflow.flush_trace_async_logging()
    human = AssessmentSource(source_type="HUMAN", source_id="me")
    mlflow.log_feedback(trace_id=traced[0], name="good", value=True, rationale="because", source=human, metadata={"k": "v"})
    mlflow.log_feedback(trace_id=traced[0], name="score", value=0.5, source=human)
    mlflow.log_expectation(trace_id=traced[1], name="answer", value={"text": "größe"}, source=human)
    client.link_traces_to_run(traced[1:], parent.info.run_id)
    with mlflow.start_run(experiment_id="0", run_name="in Default"):
        mlflow.log_metric("m", 1)
    with mlflow.start_run(run_name="deleted") as deleted:
        mlflow.log_param("p", 1)
    client.delete_run(deleted.info.run_id)
    with mlflow.start_run(experiment_id=gone, run_name="of a deleted experiment"):
        pass
    client.delete_experiment(gone)
    add_points(database, main.experiment_id, points)


def add_points(database, experiment_id, points):
    """Straight into the tables: the client would take an hour. Key by key, which is the order of the table's own key."""
    db = sqlite3.connect(database, timeout=60)
    db.execute("PRAGMA synchronous = OFF")
    db.execute("PRAGMA cache_size = -400000")
    runs = [(number, uuid.UUID(int=number + 1).hex) for number in range(points // (KEYS * STEPS))]
    db.executemany("INSERT INTO runs (run_uuid, name, user_id, status, start_time, end_time, lifecycle_stage, artifact_uri, experiment_id, source_type) VALUES (?, ?, 'bulk', 'FINISHED', ?, 2000, 'active', ?, ?, 'UNKNOWN')",
                   [(run, f"bulk-{number}", 1000 + number, f"mlflow-artifacts:/{experiment_id}/{run}/artifacts", experiment_id) for number, run in runs])
    for key in range(KEYS):
        db.execute("""WITH RECURSIVE s(step) AS (SELECT 0 UNION ALL SELECT step + 1 FROM s WHERE step + 1 < ?)
                      INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan)
                      SELECT 'k' || ?, CASE WHEN step = 7 THEN 0 ELSE ((step * 37 + r.start_time * 11 + ?) % 1000) / 7.0 END, 10000 + step, r.run_uuid, step, step = 7
                      FROM s CROSS JOIN runs r WHERE r.user_id = 'bulk'""", (STEPS, key, key))
        db.commit()
    db.execute("INSERT INTO latest_metrics (key, value, timestamp, run_uuid, step, is_nan) SELECT key, value, timestamp, run_uuid, step, is_nan FROM metrics WHERE step = ? AND run_uuid IN (SELECT run_uuid FROM runs WHERE user_id = 'bulk')", (STEPS - 1,))
    db.commit()
    db.close()


def read(report):
    # Ids of experiments, as the source has them.
    names = {item["to"]: item["from"] for item in (json.load(open(report))["experiments"] if report else [])}

    def original(text):
        return re.sub(r"mlflow-artifacts:/(\d+)", lambda found: f"mlflow-artifacts:/{names.get(found[1], found[1])}", text)

    def clean(value):
        if isinstance(value, dict):
            return {str(key): field(key, item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [clean(item) for item in value]
        return repr(value) if isinstance(value, float) else original(value) if isinstance(value, str) else value

    def by(key, items):
        return sorted(items, key=lambda item: json.dumps(item[key]))

    def field(key, value):
        if key == "_mlflow_experiment_ids":
            return ",".join(names.get(part, part) for part in value.split(","))
        return names.get(value, value) if key == "experiment_id" else clean(value)

    out = {}
    experiments = client.search_experiments(view_type=ViewType.ALL)
    ids = [item.experiment_id for item in experiments]
    out["experiments"] = by("experiment_id", [clean(dict(item)) if item.experiment_id != "0" else {"experiment_id": "0"} for item in experiments])
    runs = mlflow.search_runs(ids, run_view_type=ViewType.ALL, output_format="list", max_results=1000)
    out["runs"] = by("info", [clean(run.to_dictionary()) | {"inputs": None, "outputs": None} for run in runs])
    # MLflow's search leaves out the models that a run used.
    out["single runs"] = by("info", [run_of(client.get_run(run.info.run_id), clean) for run in runs if not run.info.run_name.startswith("bulk") or run.info.run_name == "bulk-3"])
    named = {run.info.run_name: run for run in runs}
    out["found"] = sorted(run.info.run_name for run in client.search_runs(ids, "metrics.accuracy > 0.9"))
    out["by nan"] = sorted(run.info.run_name for run in client.search_runs(ids, "metrics.k9 > 0.5", max_results=5, order_by=["metrics.k9 DESC", "attributes.run_name"]))
    history = [(named["parent"], key) for key in ("m", "big")] + [(named[name], key) for name in ("bulk-0", "bulk-1") for key in ("k0", "k9") if name in named]
    out["history"] = {f"{run.info.run_name}/{key}": sorted([point.step, point.timestamp, repr(point.value)] for point in client.get_metric_history(run.info.run_id, key)) for run, key in history}
    models = mlflow.search_logged_models(experiment_ids=ids, output_format="list")
    out["logged models"] = [clean(item.to_dictionary()) for item in models]
    out["registry"] = [model_of(item, clean) for item in sorted(client.search_registered_models(), key=lambda item: item.name)]
    out["prompts"] = [[item.name, item.description, clean(item.tags)] for item in mlflow.genai.search_prompts()]
    prompts = [mlflow.genai.load_prompt("prompts:/greeting/1"), mlflow.genai.load_prompt("prompts:/greeting@live")]
    out["prompt versions"] = [[item.version, item.template, item.tags, item.commit_message] for item in prompts]
    traces = mlflow.search_traces(locations=ids, return_type="list")
    out["traces"] = by("info", [clean(json.loads(trace.to_json())) for trace in traces])
    out["traces of run"] = sorted(trace.info.trace_id for trace in mlflow.search_traces(locations=ids, run_id=named["parent"].info.run_id, return_type="list"))
    champion = mlflow.sklearn.load_model("models:/iris@champion")
    out["predictions"] = champion.predict(X).tolist()
    out["again"] = mlflow.pyfunc.load_model(models[0].model_uri).predict(pandas.DataFrame(X)).tolist()
    with tempfile.TemporaryDirectory() as folder:
        path = mlflow.artifacts.download_artifacts(run_id=named["parent"].info.run_id, artifact_path="notes/größe a.txt", dst_path=folder)
        out["artifact"] = open(path, encoding="utf-8").read()
    out["artifacts"] = sorted([item.path, item.file_size] for item in client.list_artifacts(named["parent"].info.run_id, "notes"))
    print(json.dumps(out, sort_keys=True, default=str))


def run_of(run, clean):
    out = clean(run.to_dictionary())
    out["inputs"] = clean({"datasets": [item.to_dictionary() for item in run.inputs.dataset_inputs], "models": sorted(item.model_id for item in run.inputs.model_inputs)})
    out["outputs"] = sorted([item.model_id, item.step] for item in run.outputs.model_outputs)
    return out


def model_of(model, clean):
    versions = sorted(client.search_model_versions(f"name = '{model.name}'"), key=lambda item: int(item.version))
    fields = ["version", "creation_timestamp", "last_updated_timestamp", "description", "user_id", "current_stage", "source", "run_id", "status", "tags", "aliases"]
    by_alias = {alias: client.get_model_version_by_alias(model.name, alias).version for alias in model.aliases}
    uris = [client.get_model_version_download_uri(model.name, item.version) for item in versions]
    return clean([model.name, model.description, model.creation_timestamp, model.last_updated_timestamp, model.tags, model.aliases, by_alias, uris, [{name: getattr(item, name) for name in fields} for item in versions]])


if verb == "fill":
    fill(sys.argv[3], int(sys.argv[4]))
else:
    read(sys.argv[3] if len(sys.argv) > 3 else None)

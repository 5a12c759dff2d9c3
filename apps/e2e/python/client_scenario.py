"""What a data scientist does with an unmodified MLflow client, with every result checked. Run: client_scenario.py URI [NAME]"""
import json
import math
import os
import subprocess
import sys
import tempfile

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import mlflow
import pandas as pd
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

uri = sys.argv[1]
name = sys.argv[2] if len(sys.argv) > 2 else "iris"
mlflow.set_tracking_uri(uri)
client = MlflowClient()

# Autologging with registration, and loading by alias.
experiment = mlflow.set_experiment(name)
mlflow.sklearn.autolog(registered_model_name=name, log_input_examples=True, silent=True)
X, y = load_iris(return_X_y=True, as_frame=True)
model = LogisticRegression(max_iter=200).fit(X, y)
mlflow.sklearn.autolog(disable=True)
autologged = mlflow.last_active_run()
assert autologged.data.params["max_iter"] == "200"
assert autologged.data.metrics["training_score"] > 0.9
assert autologged.inputs.dataset_inputs, "autologging logs the dataset"
client.set_registered_model_alias(name, "champion", 1)
loaded = mlflow.pyfunc.load_model(f"models:/{name}@champion")
assert list(loaded.predict(X.head(5))) == list(model.predict(X.head(5)))
assert client.get_model_version_by_alias(name, "champion").version in (1, "1")

# Explicit logging, nested runs, figures, tables, dictionaries, folders.
with mlflow.start_run(run_name="parent") as parent:
    mlflow.log_params({"lr": 0.1, "unicode": "größe 模型"})
    for step in range(25):
        mlflow.log_metric("loss", 1 / (step + 1), step=step)
    mlflow.log_metric("far", 0.25, step=2**60 + 1)
    mlflow.log_metric("nan", float("nan"))
    mlflow.log_metric("inf", float("inf"))
    mlflow.set_tag("team", "risk")
    mlflow.log_dict({"a": [1, 2]}, "conf/settings.json")
    mlflow.log_text("hello", "notes/deep/readme.txt")
    mlflow.log_table({"q": ["x", "y"], "r": [1, 2]}, "table.json")
    figure, _ = plt.subplots()
    mlflow.log_figure(figure, "figure.png")
    mlflow.log_input(mlflow.data.from_pandas(pd.DataFrame({"a": [1, 2]}), name="tiny"), context="evaluation")
    logged = mlflow.sklearn.log_model(model, name="classifier", input_example=X.head(2))
    with mlflow.start_run(nested=True, run_name="child") as child:
        mlflow.log_metric("m", 1)
run_id = parent.info.run_id

read = client.get_run(run_id)
assert read.info.status == "FINISHED" and read.data.params["unicode"] == "größe 模型"
assert math.isnan(read.data.metrics["nan"]) and read.data.metrics["inf"] > 1e300
history = client.get_metric_history(run_id, "loss")
assert [point.step for point in history] == list(range(25))
assert client.get_metric_history(run_id, "far")[0].step == 2**60 + 1
assert client.get_run(child.info.run_id).data.tags["mlflow.parentRunId"] == run_id
assert {item.path for item in client.list_artifacts(run_id)} >= {"conf", "notes", "table.json", "figure.png"}
assert mlflow.artifacts.load_text(f"runs:/{run_id}/notes/deep/readme.txt") == "hello"
assert mlflow.artifacts.load_dict(f"runs:/{run_id}/conf/settings.json") == {"a": [1, 2]}
assert len(mlflow.load_table("table.json", run_ids=[run_id])) == 2
assert list(mlflow.pyfunc.load_model(logged.model_uri).predict(X.head(2))) == list(model.predict(X.head(2)))
with tempfile.TemporaryDirectory() as folder:
    target = client.download_artifacts(run_id, "figure.png", folder)
    assert open(target, "rb").read(8) == b"\x89PNG\r\n\x1a\n"

# Searching: filters, order, paging.
for index in range(30):
    run = client.create_run(experiment.experiment_id, tags={"batch": "paged"})
    client.log_metric(run.info.run_id, "score", index)
    client.log_param(run.info.run_id, "kind", "even" if index % 2 == 0 else "odd")
found = mlflow.search_runs(filter_string="metrics.score >= 10 and params.kind = 'even' and tags.batch LIKE 'pag%'", order_by=["metrics.score DESC"])
assert list(found["metrics.score"]) == [28, 26, 24, 22, 20, 18, 16, 14, 12, 10]
pages, token = [], None
while True:
    page = client.search_runs([experiment.experiment_id], "tags.batch = 'paged'", max_results=7, order_by=["metrics.score ASC"], page_token=token)
    pages.append([int(item.data.metrics["score"]) for item in page])
    token = page.token
    if not token:
        break
assert sum(pages, []) == list(range(30)) and len(pages) == 5

# Errors arrive as MLflow's own.
for call, code in [
    (lambda: client.get_run("0" * 32), "RESOURCE_DOES_NOT_EXIST"),
    (lambda: client.search_runs([experiment.experiment_id], "metrics.x ~ 1"), "INVALID_PARAMETER_VALUE"),
    (lambda: client.log_param(run_id, "lr", "0.2"), "INVALID_PARAMETER_VALUE"),
    (lambda: client.create_registered_model(name), "RESOURCE_ALREADY_EXISTS"),
]:
    try:
        call()
        raise AssertionError(f"expected {code}")
    except MlflowException as error:
        assert error.error_code == code, (error.error_code, code)

# Deleting and restoring.
client.delete_run(child.info.run_id)
assert client.get_run(child.info.run_id).info.lifecycle_stage == "deleted"
client.restore_run(child.info.run_id)
assert client.get_run(child.info.run_id).info.lifecycle_stage == "active"

# The command line.
environment = {**os.environ, "MLFLOW_TRACKING_URI": uri}
for words, expected in [
    (["experiments", "search"], name),
    (["runs", "list", "--experiment-id", experiment.experiment_id], run_id),
    (["artifacts", "list", "--run-id", run_id], "figure.png"),
]:
    output = subprocess.run([sys.executable, "-m", "mlflow", *words], env=environment, capture_output=True, text=True, check=True).stdout
    assert expected in output, (words, output)

print(json.dumps({"experiment_id": experiment.experiment_id, "run_id": run_id, "autologged": autologged.info.run_id, "model": name, "version": 1}))

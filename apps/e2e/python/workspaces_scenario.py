"""MLflow's workspaces with an unmodified client: made, used, changed, kept apart, deleted. Run: workspaces_scenario.py URI"""
import sys

import mlflow
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

mlflow.set_tracking_uri(sys.argv[1])
client = MlflowClient()


def refused(call, code):
    try:
        call()
    except MlflowException as error:
        assert error.error_code == code, (error.error_code, code)
    else:
        raise AssertionError(f"expected {code}")


made = mlflow.create_workspace("team-red", description="the red team")
assert (made.name, made.description, made.default_artifact_root) == ("team-red", "the red team", None)
client.create_workspace("team-blue")
assert [workspace.name for workspace in mlflow.list_workspaces()] == ["default", "team-blue", "team-red"]
assert mlflow.get_workspace("team-red").description == "the red team"
assert mlflow.update_workspace("team-red", description="reds", default_artifact_root="s3://bucket/red").default_artifact_root == "s3://bucket/red"
assert mlflow.update_workspace("team-red", default_artifact_root="").default_artifact_root is None
refused(lambda: mlflow.create_workspace("team-red"), "RESOURCE_ALREADY_EXISTS")
refused(lambda: mlflow.get_workspace("nobody"), "RESOURCE_DOES_NOT_EXIST")
refused(lambda: mlflow.delete_workspace("default"), "INVALID_PARAMETER_VALUE")

# What is logged in one workspace is not in another.
mlflow.set_workspace("team-red")
experiment = mlflow.set_experiment("colours")
with mlflow.start_run() as run:
    mlflow.log_metric("m", 1.0)
    mlflow.log_text("hello", "notes.txt")
client.create_registered_model("palette")
assert mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/notes.txt") == "hello"
mlflow.set_workspace("team-blue")
assert client.get_experiment_by_name("colours") is None
refused(lambda: client.get_run(run.info.run_id), "RESOURCE_DOES_NOT_EXIST")
refused(lambda: client.get_registered_model("palette"), "RESOURCE_DOES_NOT_EXIST")

# Deleting: refused while something is in it, or everything goes to the default workspace.
mlflow.set_workspace("default")
refused(lambda: mlflow.delete_workspace("team-red"), "INVALID_STATE")
mlflow.delete_workspace("team-red", mode="SET_DEFAULT")
mlflow.delete_workspace("team-blue")
assert [workspace.name for workspace in mlflow.list_workspaces()] == ["default"]
assert client.get_run(run.info.run_id).data.metrics == {"m": 1.0}
assert client.get_experiment_by_name("colours").experiment_id == experiment.experiment_id
assert client.get_registered_model("palette").name == "palette"
assert mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/notes.txt") == "hello"
print("workspaces: fine")

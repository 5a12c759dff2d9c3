"""MLflow's issues through the store of an unmodified client, which has no public call for them yet. Run: issues_scenario.py URI"""
import sys

import mlflow
from mlflow import MlflowClient
from mlflow.entities.issue import IssueSeverity, IssueStatus
from mlflow.exceptions import MlflowException
from mlflow.tracking._tracking_service.utils import _get_store

mlflow.set_tracking_uri(sys.argv[1])
experiment = MlflowClient().create_experiment("with issues")
store = _get_store()

issue = store.create_issue(experiment_id=experiment, name="slow", description="It is slow.", severity=IssueSeverity.LOW, root_causes=["disk"], categories=["speed"], created_by="anna")
assert (issue.status, issue.severity, issue.root_causes, issue.categories) == (IssueStatus.PENDING, IssueSeverity.LOW, ["disk"], ["speed"])
worse = store.create_issue(experiment_id=experiment, name="wrong", description="It is wrong.", severity=IssueSeverity.HIGH)
assert [found.name for found in store.search_issues(experiment_id=experiment)] == ["wrong", "slow"]
assert store.update_issue(worse.issue_id, status=IssueStatus.RESOLVED).status == IssueStatus.RESOLVED
assert [found.name for found in store.search_issues(experiment_id=experiment, filter_string="status = 'pending'")] == ["slow"]
assert store.get_issue(issue.issue_id).created_by == "anna"
try:
    store.get_issue("iss-nobody")
    raise AssertionError("it is there")
except MlflowException as error:
    assert error.error_code == "RESOURCE_DOES_NOT_EXIST", error
print("issues: fine")

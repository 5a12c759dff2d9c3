"""MLflow's scorers with an unmodified client. Run: scorers_scenario.py URI"""
import os
import sys

import mlflow
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.genai.judges import make_judge
from mlflow.genai.scorers import Safety, delete_scorer, get_scorer, list_scorers, scorer
from mlflow.genai.scorers.registry import list_scorer_versions

os.environ.setdefault("OPENAI_API_KEY", "unused")
mlflow.set_tracking_uri(sys.argv[1])
experiment = MlflowClient().create_experiment("judged")
mlflow.set_experiment(experiment_id=experiment)


def refused(call, code):
    try:
        call()
    except MlflowException as error:
        assert error.error_code == code, (error.error_code, code, error.message)
    else:
        raise AssertionError(f"expected {code}")


judge = make_judge(name="politeness", instructions="Is {{ outputs }} polite? Answer yes or no.", model="openai:/gpt-4o", feedback_value_type=str)
registered = judge.register(experiment_id=experiment)
assert registered.name == "politeness"
make_judge(name="politeness", instructions="Is {{ outputs }} größer?", model="openai:/gpt-4o", feedback_value_type=str).register(experiment_id=experiment)
Safety(model="openai:/gpt-4o").register(name="safe", experiment_id=experiment)

assert sorted(item.name for item in list_scorers(experiment_id=experiment)) == ["politeness", "safe"]
assert [version for _, version in list_scorer_versions(name="politeness", experiment_id=experiment)] == [1, 2]
assert "größer" in get_scorer(name="politeness", experiment_id=experiment).instructions
assert "polite?" in get_scorer(name="politeness", experiment_id=experiment, version=1).instructions

delete_scorer(name="politeness", experiment_id=experiment, version=1)
assert [version for _, version in list_scorer_versions(name="politeness", experiment_id=experiment)] == [2]
delete_scorer(name="politeness", experiment_id=experiment, version="all")
refused(lambda: get_scorer(name="politeness", experiment_id=experiment), "RESOURCE_DOES_NOT_EXIST")
assert [item.name for item in list_scorers(experiment_id=experiment)] == ["safe"]


@scorer
def by_code(outputs):
    return True


refused(lambda: by_code.register(experiment_id=experiment), "INVALID_PARAMETER_VALUE")
print("scorers: fine")

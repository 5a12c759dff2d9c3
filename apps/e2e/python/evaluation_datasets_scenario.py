"""MLflow's evaluation datasets with an unmodified client. Run: evaluation_datasets_scenario.py URI"""
import sys

import mlflow
import pandas as pd
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.genai import datasets

mlflow.set_tracking_uri(sys.argv[1])
client = MlflowClient()
experiment = client.create_experiment("quality")
other = client.create_experiment("other quality")

dataset = datasets.create_dataset(name="questions", experiment_id=[experiment], tags={"team": "a", "version": "1"})
assert dataset.name == "questions" and dataset.tags["team"] == "a" and dataset.experiment_ids == [experiment]
assert dataset.dataset_id.startswith("d-") and len(dataset.digest) == 8

dataset.merge_records([
    {"inputs": {"question": "What is MLflow?", "context": {"docs": ["a", "b"]}}, "expectations": {"answer": "größe"}, "tags": {"kind": "easy"}},
    {"inputs": {"question": "What is Spark?"}, "expectations": {"answer": "An engine"}},
])
dataset.merge_records([{"inputs": {"question": "What is Spark?"}, "expectations": {"short": True}}])
dataset.merge_records(pd.DataFrame([{"inputs": {"question": "Who?"}, "expectations": {"answer": "Me"}}]))
frame = dataset.to_df()
assert len(frame) == 3, frame
by_question = {row["inputs"]["question"]: row for row in frame.to_dict("records")}
assert by_question["What is Spark?"]["expectations"] == {"answer": "An engine", "short": True}
assert by_question["What is MLflow?"]["inputs"]["context"] == {"docs": ["a", "b"]}
assert by_question["What is MLflow?"]["tags"]["kind"] == "easy"

read = datasets.get_dataset(dataset_id=dataset.dataset_id)
assert len(read.to_df()) == 3 and read.experiment_ids == [experiment]
assert '"num_records": 3' in read.profile and '"question": "string"' in read.schema

datasets.set_dataset_tags(dataset_id=dataset.dataset_id, tags={"version": "2", "stage": "gold"})
datasets.delete_dataset_tag(dataset_id=dataset.dataset_id, key="team")
read = datasets.get_dataset(dataset_id=dataset.dataset_id)
assert (read.tags["version"], read.tags["stage"]) == ("2", "gold") and "team" not in read.tags

datasets.add_dataset_to_experiments(dataset_id=dataset.dataset_id, experiment_ids=[other])
assert sorted(datasets.get_dataset(dataset_id=dataset.dataset_id).experiment_ids) == sorted([experiment, other])
assert [item.dataset_id for item in datasets.search_datasets(experiment_ids=[other])] == [dataset.dataset_id]
datasets.remove_dataset_from_experiments(dataset_id=dataset.dataset_id, experiment_ids=[other])
assert datasets.search_datasets(experiment_ids=[other]) == []

for index in range(12):
    datasets.create_dataset(name=f"many-{index:02}", experiment_id=experiment, tags={"batch": "many"})
found = datasets.search_datasets(filter_string="name LIKE 'many-%' AND tags.batch = 'many'", order_by=["name ASC"], max_results=10)
assert [item.name for item in found] == [f"many-{index:02}" for index in range(10)], [item.name for item in found]
assert len(datasets.search_datasets(experiment_ids=experiment)) == 13

records = [row["dataset_record_id"] for row in frame.to_dict("records")]
assert read.delete_records(records[:1]) == 1
assert len(datasets.get_dataset(dataset_id=dataset.dataset_id).to_df()) == 2

# A dataset of traces' worth of records goes and comes in parts.
large = datasets.create_dataset(name="large", experiment_id=experiment)
large.merge_records([{"inputs": {"index": index}, "expectations": {"double": index * 2}} for index in range(2500)])
assert sorted(row["inputs"]["index"] for row in datasets.get_dataset(dataset_id=large.dataset_id).to_df().to_dict("records")) == list(range(2500))

datasets.delete_dataset(dataset_id=dataset.dataset_id)
try:
    datasets.get_dataset(dataset_id=dataset.dataset_id)
    raise AssertionError("it is still there")
except MlflowException as error:
    assert error.error_code == "RESOURCE_DOES_NOT_EXIST", error
print("evaluation_datasets: fine")

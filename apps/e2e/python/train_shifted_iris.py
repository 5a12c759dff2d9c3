"""Registers one more version of a model whose classes are 10, 11 and 12, so that its predictions tell it apart. Run: train_shifted_iris.py URI NAME"""
import sys

import mlflow
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

uri, name = sys.argv[1:]
mlflow.set_tracking_uri(uri)
X, y = load_iris(return_X_y=True, as_frame=True)
with mlflow.start_run(run_name="shifted"):
    mlflow.log_input(mlflow.data.from_pandas(X, name="iris"), context="training")
    for step in range(40):
        mlflow.log_metrics({"loss": 1 / (step + 1), "accuracy": 1 - 0.5 / (step + 1)}, step=step)
    mlflow.log_dict({"classes": [10, 11, 12]}, "notes/classes.json")
    model = LogisticRegression(max_iter=200).fit(X, y + 10)
    mlflow.sklearn.log_model(model, name="model", input_example=X.head(2), registered_model_name=name)

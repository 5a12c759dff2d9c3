"""Serves one MLflow Python model over MLflow's scoring protocol and the Open Inference Protocol v2.

Runs inside the model's own virtual environment, so it imports only what MLflow brings: numpy, pandas, starlette, uvicorn.
"""

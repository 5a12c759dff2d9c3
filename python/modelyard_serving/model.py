"""The loaded model, and one prediction at a time."""

import asyncio
import inspect
import os
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor

import mlflow.pyfunc
from mlflow.pyfunc import scoring_server
from mlflow.version import VERSION as MLFLOW_VERSION

from modelyard_serving import bounded_json, open_inference
from modelyard_serving.errors import BadRequest, Busy, harmless_message

# Callers that may wait for a turn; beyond that, "busy" at once is kinder than a time-out.
MAX_WAITING = 512


class ServedModel:
    def __init__(self, model, name, version):
        self.model = model
        self.name = name
        self.version = version
        self.mlflow_version = MLFLOW_VERSION
        self.input_schema = model.metadata.get_input_schema()
        self.output_schema = model.metadata.get_output_schema()
        # Most Python models were never meant for two threads at once.
        self._turn = ThreadPoolExecutor(max_workers=1)
        self._waiting = 0

    @classmethod
    def load(cls, model_dir, name, version):
        # Models may ask for it to behave as served, see mlflow.pyfunc.
        os.environ["_MLFLOW_IS_IN_SERVING_ENVIRONMENT"] = "true"
        return cls(mlflow.pyfunc.load_model(model_dir), name, version)

    async def invoke(self, body, content_type):
        """MLflow's own reading, prediction and writing: (text, status, media type)."""
        if content_type.split(";")[0].strip().lower() == "application/json":
            if not isinstance(bounded_json.parse(body), dict):
                raise BadRequest("The input must be a JSON dictionary with exactly one of the input fields.")
        return await self._in_turn(self._invoke, body, content_type)

    async def infer(self, request):
        """An Open Inference request, already parsed; answers the response as a dictionary."""
        return await self._in_turn(self._infer, request)

    def _invoke(self, body, content_type):
        # MLflow 3 takes bytes, MLflow 2 text.
        data = body if content_type.startswith("application/vnd") else body.decode("utf-8")
        result = scoring_server.invocations(data, content_type, self.model, self.input_schema)
        text = result.response
        return (bounded_json.dump_strictly(text) if result.status == 200 else text), result.status, result.mimetype

    def _infer(self, request):
        data = open_inference.read_inputs(request, self.input_schema)
        return open_inference.write_outputs(self._predict(data), request, self.name, self.version, self.output_schema)

    def _predict(self, data):
        if "params" in inspect.signature(self.model.predict).parameters:
            return self.model.predict(data, params=None)
        return self.model.predict(data)

    async def _in_turn(self, work, *arguments):
        if self._waiting >= MAX_WAITING:
            raise Busy()
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._turn, _discreetly, work, arguments)
        finally:
            self._waiting -= 1


def _discreetly(work, arguments):
    """Runs model code; whatever it raises becomes a sentence, and the place in the code goes to the log without values."""
    try:
        return work(*arguments)
    except BadRequest:
        raise
    except Exception as error:
        places = "".join(traceback.format_tb(error.__traceback__)[-3:])
        print("Prediction refused: %s\n%s" % (type(error).__name__, places), file=sys.stderr, flush=True)
        raise BadRequest(harmless_message(error)) from None

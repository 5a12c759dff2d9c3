"""The Open Inference Protocol v2 for pyfunc models.

A column of the model's signature is a tensor of that name with shape [rows]. All columns at once, in the signature's
order, may also be sent as one tensor `input-0` with shape [rows, columns].
"""

import numpy as np
import pandas as pd

from modelyard_serving.errors import BadRequest
from modelyard_serving.tensors import DTYPES, datatype_of, read_tensor, write_tensor

TABLE = "input-0"
MAX_TENSORS = 100_000
MAX_RANK = 32

_COLUMN_TYPES = {"boolean": "BOOL", "integer": "INT32", "long": "INT64", "float": "FP32", "double": "FP64"}


def check_request(request):
    """The form of an inference request; raises BadRequest with the field to blame."""
    if not isinstance(request, dict):
        raise BadRequest("Not a valid inference request: an object is expected.")
    if not isinstance(request.get("id", ""), str):
        raise BadRequest("Not a valid inference request: id must be text.")
    _check_parameters(request)
    inputs = request.get("inputs")
    if not isinstance(inputs, list) or not 0 < len(inputs) <= MAX_TENSORS:
        raise BadRequest("Not a valid inference request: inputs must be a list with at least one tensor.")
    for entry in inputs:
        _check_input(entry)
    names = [entry["name"] for entry in inputs]
    if len(set(names)) != len(names):
        raise BadRequest("An input is given twice.")
    outputs = request.get("outputs", [])
    if not isinstance(outputs, list) or not all(isinstance(o, dict) and isinstance(o.get("name"), str) for o in outputs):
        raise BadRequest("Not a valid inference request: outputs must be a list of objects with a name.")


def _check_input(entry):
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str) or not isinstance(entry.get("datatype"), str):
        raise BadRequest("Not a valid inference request: each input needs name, shape, datatype and data.")
    shape = entry.get("shape")
    if not isinstance(shape, list) or len(shape) > MAX_RANK or not all(type(size) is int and size >= 0 for size in shape):
        raise BadRequest("Not a valid inference request: shape must be a list of whole numbers, none negative.")
    if not isinstance(entry.get("data"), list):
        raise BadRequest("Not a valid inference request: data must be a list.")
    _check_parameters(entry)


def _check_parameters(entry):
    parameters = entry.get("parameters", {})
    if not isinstance(parameters, dict) or not all(isinstance(v, (str, int, float, bool)) for v in parameters.values()):
        raise BadRequest("Not a valid inference request: parameters are text, numbers or true and false.")


def read_inputs(request, schema):
    """The request's tensors as what pyfunc's `predict` takes: a data frame, an array, or arrays by name."""
    entries = {entry["name"]: entry for entry in request["inputs"]}
    specs = tensor_specs(schema, "input")
    if schema is not None and not schema.is_tensor_spec():
        return _read_frame(entries, specs)
    if schema is None and len(entries) > 1:
        return {name: read_tensor(entry) for name, entry in entries.items()}
    if schema is None:
        return read_tensor(next(iter(entries.values())))
    arrays = {spec["name"]: _cast(read_tensor(_find(entries, spec["name"])), spec) for spec in specs}
    _refuse_unknown(entries, arrays)
    return arrays if schema.has_input_names() else next(iter(arrays.values()))


def _read_frame(entries, specs):
    names = [spec["name"] for spec in specs]
    if TABLE in entries and TABLE not in names:
        _refuse_unknown(entries, [TABLE])
        table = read_tensor(entries[TABLE])
        if table.ndim != 2 or table.shape[1] != len(specs):
            raise BadRequest("Input '%s' must have shape [rows, %d]." % (TABLE, len(specs)))
        return pd.DataFrame({spec["name"]: _cast(table[:, [i]], spec) for i, spec in enumerate(specs)})
    _refuse_unknown(entries, names)
    columns = {spec["name"]: _cast(read_tensor(_find(entries, spec["name"])), spec) for spec in specs if spec["required"] or spec["name"] in entries}
    if len({len(column) for column in columns.values()}) > 1:
        raise BadRequest("All columns need the same number of rows.")
    return pd.DataFrame(columns)


def _cast(array, spec):
    """To the signature's type when nothing is lost; FP64 also to FP32, because JSON has only one kind of number."""
    if spec["shape"] == [-1] and array.ndim == 2 and array.shape[1] == 1:
        array = array.reshape(-1)
    if array.ndim != len(spec["shape"]) or any(want not in (-1, got) for want, got in zip(spec["shape"], array.shape)):
        raise BadRequest("Input '%s' has shape %s; the model takes %s (-1: any size)." % (spec["name"], list(array.shape), spec["shape"]))
    wanted = np.dtype(DTYPES[spec["datatype"]])
    if not np.can_cast(array.dtype, wanted, "safe") and not (array.dtype == np.float64 and wanted == np.float32):
        raise BadRequest("Input '%s' has datatype %s; the model takes %s." % (spec["name"], datatype_of(array.dtype), spec["datatype"]))
    return array.astype(wanted)


def _find(entries, name):
    if name not in entries:
        raise BadRequest("Input '%s' is missing." % name)
    return entries[name]


def _refuse_unknown(entries, known):
    if any(name not in known for name in entries):
        raise BadRequest("The model has no such input. It has: %s." % ", ".join(known))


def tensor_specs(schema, side):
    """The tensors that a signature stands for."""
    if schema is None:
        return [{"name": side + "-0", "datatype": "FP64", "shape": [-1, -1] if side == "input" else [-1], "required": True}]
    return [_spec(item, "%s-%d" % (side, index)) for index, item in enumerate(schema.inputs)]


def _spec(item, fallback):
    name = fallback if item.name is None else str(item.name)
    required = getattr(item, "required", True)
    if hasattr(item, "shape"):
        return {"name": name, "datatype": datatype_of(item.type), "shape": [int(size) for size in item.shape], "required": required}
    column_type = getattr(item.type, "name", "")
    return {"name": name, "datatype": _COLUMN_TYPES.get(column_type, "BYTES"), "shape": [-1], "required": required}


def write_outputs(prediction, request, name, version, schema):
    """The response: a tensor per column or key, else one tensor named as in the signature, else `output-0`."""
    outputs = [write_tensor(*pair) for pair in _output_pairs(prediction, tensor_specs(schema, "output"))]
    wanted = [entry["name"] for entry in request.get("outputs", [])]
    if wanted:
        known = {output["name"]: output for output in outputs}
        if any(output not in known for output in wanted):
            raise BadRequest("The model has no such output. It has: %s." % ", ".join(known))
        outputs = [known[output] for output in dict.fromkeys(wanted)]
    response = {"model_name": name, "outputs": outputs}
    if version is not None:
        response["model_version"] = version
    if "id" in request:
        response["id"] = request["id"]
    return response


def _output_pairs(prediction, specs):
    if isinstance(prediction, pd.DataFrame):
        return [(str(column), prediction[column].to_numpy()) for column in prediction.columns]
    if isinstance(prediction, dict):
        return [(str(key), value) for key, value in prediction.items()]
    if isinstance(prediction, tuple):
        return [("output-%d" % index, value) for index, value in enumerate(prediction)]
    return [(specs[0]["name"], prediction)]

"""Open Inference tensors to numpy and back."""

import numpy as np

from modelyard_serving.errors import BadRequest

DTYPES = {
    "BOOL": np.bool_,
    "UINT8": np.uint8,
    "UINT16": np.uint16,
    "UINT32": np.uint32,
    "UINT64": np.uint64,
    "INT8": np.int8,
    "INT16": np.int16,
    "INT32": np.int32,
    "INT64": np.int64,
    "FP32": np.float32,
    "FP64": np.float64,
    "BYTES": np.object_,
}
_NAMES = {np.dtype(dtype): name for name, dtype in DTYPES.items()}


def datatype_of(dtype):
    """The protocol's name of a numpy dtype; everything that is no number is text."""
    return _NAMES.get(np.dtype(dtype), "BYTES")


def read_tensor(entry):
    """One entry of `inputs`, its shape and values checked, as an array."""
    name, datatype, shape = entry["name"], entry["datatype"], entry["shape"]
    if datatype not in DTYPES:
        raise BadRequest("An input has a datatype that JSON cannot carry or that does not exist. Use one of: %s." % ", ".join(DTYPES))
    values = []
    nesting = _flatten(entry["data"], values)
    count = 1
    for size in shape:
        count *= size
    if len(values) != count or (len(nesting) != 1 and nesting != shape):
        raise BadRequest("Input '%s': shape %s means %d values, the data has %d in %s." % (name, shape, count, len(values), nesting))
    return np.array([_read(value, datatype, name, i) for i, value in enumerate(values)], dtype=DTYPES[datatype]).reshape(shape)


def _flatten(value, into):
    """Collects the values of nested lists and returns their shape."""
    if not isinstance(value, list):
        into.append(value)
        return []
    shapes = [_flatten(item, into) for item in value]
    if any(shape != shapes[0] for shape in shapes):
        raise BadRequest("The data is ragged: all lists of one level need the same length.")
    return [len(value)] + (shapes[0] if shapes else [])


def _read(value, datatype, name, position):
    if datatype == "BOOL":
        fits = isinstance(value, bool)
    elif datatype == "BYTES":
        fits = isinstance(value, str)
    elif datatype.startswith("FP"):
        if value is None:
            return float("nan")
        fits = isinstance(value, (int, float)) and not isinstance(value, bool) and _finite(value, DTYPES[datatype])
    else:
        limits = np.iinfo(DTYPES[datatype])
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        fits = whole and not isinstance(value, bool) and int(limits.min) <= value <= int(limits.max)
    if not fits:
        raise BadRequest("Input '%s': the value at position %d is not a valid %s." % (name, position, datatype))
    return int(value) if "INT" in datatype else value


def _finite(value, dtype):
    return abs(value) <= float(np.finfo(dtype).max)


def write_tensor(name, values):
    """An array as an entry of `outputs`: flat, row-major."""
    array = np.asarray(values)
    datatype = datatype_of(array.dtype)
    if datatype == "BYTES":
        flat = [item if isinstance(item, str) else str(item) for item in array.reshape(-1).tolist()]
    elif datatype.startswith("FP"):
        flat = [item if np.isfinite(item) else None for item in array.reshape(-1).tolist()]
    else:
        flat = array.reshape(-1).tolist()
    return {"name": name, "shape": list(array.shape), "datatype": datatype, "data": flat}

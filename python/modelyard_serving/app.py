"""The routes: MLflow's scoring protocol (see mlflow.pyfunc.scoring_server) and the Open Inference Protocol v2."""

import asyncio
import json
from collections import namedtuple

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from modelyard_serving import bounded_json, open_inference
from modelyard_serving.errors import BadRequest, Busy

Limits = namedtuple("Limits", ["max_body_bytes", "request_timeout"])

SERVER = {"name": "modelyard-model-server", "version": "0.1.0", "extensions": []}

_MLFLOW_CODES = {400: "BAD_REQUEST", 404: "ENDPOINT_NOT_FOUND", 503: "TEMPORARILY_UNAVAILABLE", 504: "DEADLINE_EXCEEDED"}


def create_app(served, limits):
    async def read_body(request):
        if int(request.headers.get("content-length", "0")) > limits.max_body_bytes:
            raise _too_large(limits)
        chunks, size = [], 0
        async for chunk in request.stream():
            size += len(chunk)
            if size > limits.max_body_bytes:
                raise _too_large(limits)
            chunks.append(chunk)
        return b"".join(chunks)

    async def ping(_request):
        return Response("\n", media_type="application/json")

    async def version(_request):
        return Response(served.mlflow_version, media_type="application/json")

    async def invocations(request):
        content_type = request.headers.get("content-type")
        if content_type is None:
            return Response("Say what the body is: Content-Type: application/json or text/csv.", 415, media_type="text/plain")
        body = await read_body(request)
        text, status, media_type = await asyncio.wait_for(served.invoke(body, content_type), limits.request_timeout)
        return Response(text, status, media_type=media_type)

    def check_model(request):
        version = request.path_params.get("version")
        if request.path_params["model"] != served.name or (version is not None and version != served.version):
            raise HTTPException(404, "This server serves the model '%s'." % served.name)

    async def metadata(request):
        check_model(request)
        versions = {} if served.version is None else {"versions": [served.version]}
        sides = {
            "inputs": open_inference.tensor_specs(served.input_schema, "input"),
            "outputs": open_inference.tensor_specs(served.output_schema, "output"),
        }
        tensors = {side: [{key: spec[key] for key in ("name", "datatype", "shape")} for spec in specs] for side, specs in sides.items()}
        return JSONResponse({"name": served.name, **versions, "platform": "mlflow_pyfunc", **tensors})

    async def model_ready(request):
        check_model(request)
        return JSONResponse({"name": served.name, "ready": True})

    async def infer(request):
        check_model(request)
        parsed = bounded_json.parse(await read_body(request))
        open_inference.check_request(parsed)
        answer = await asyncio.wait_for(served.infer(parsed), limits.request_timeout)
        return Response(json.dumps(answer), media_type="application/json")

    routes = [
        Route("/ping", ping),
        Route("/health", ping),
        Route("/version", version),
        Route("/invocations", invocations, methods=["POST"]),
        Route("/v2", lambda _request: JSONResponse(SERVER)),
        Route("/v2/health/live", lambda _request: JSONResponse({"live": True})),
        Route("/v2/health/ready", lambda _request: JSONResponse({"ready": True})),
    ]
    for model in ("/v2/models/{model}", "/v2/models/{model}/versions/{version}"):
        routes += [
            Route(model, metadata),
            Route(model + "/ready", model_ready),
            Route(model + "/infer", infer, methods=["POST"]),
        ]
    handlers = {
        BadRequest: lambda request, error: _refuse(request, 400, str(error)),
        Busy: lambda request, _error: _refuse(request, 503, "The model is busy. Try again in a moment, or add replicas to the endpoint."),
        asyncio.TimeoutError: lambda request, _error: _refuse(request, 504, "Request processing time exceeded limit."),
        HTTPException: lambda request, error: _refuse(request, error.status_code, error.detail, error.headers),
        Exception: lambda request, _error: _refuse(request, 500, "Internal error. The log of the model server has the cause."),
    }
    return Starlette(routes=routes, exception_handlers=handlers)


def _too_large(limits):
    return HTTPException(413, "The body is larger than %d bytes. Send fewer rows per request." % limits.max_body_bytes)


def _refuse(request, status, message, headers=None):
    """An error as the protocol of the path wants it."""
    if request.url.path.startswith("/v2"):
        return JSONResponse({"error": message}, status, headers=headers)
    return JSONResponse({"error_code": _MLFLOW_CODES.get(status, "BAD_REQUEST"), "message": message}, status, headers=headers)

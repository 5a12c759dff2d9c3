"""Entry: `python -I <this folder>/__main__.py --model-dir ... --port ...`. Isolated mode keeps the caller's paths out."""

import argparse
import json
import os
import sys
import time

if not __package__:
    # Isolated mode finds no package of ours; last in line, so that nothing of ours shadows the model's packages.
    sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def log(level, message, **fields):
    """One JSON line per event; request bodies never appear."""
    print(json.dumps({"level": level, "message": message, **fields}), flush=True)


def parse_arguments():
    parser = argparse.ArgumentParser(prog="modelyard_serving")
    parser.add_argument("--model-dir", required=True)
    parser.add_argument("--name", default="model")
    parser.add_argument("--version", default=None)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--max-body-bytes", type=int, default=16 * 1024 * 1024)
    parser.add_argument("--request-timeout", type=float, default=60.0, help="seconds, waiting included")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    started = time.monotonic()
    try:
        import uvicorn

        from modelyard_serving.app import Limits, create_app
        from modelyard_serving.model import ServedModel

        served = ServedModel.load(arguments.model_dir, arguments.name, arguments.version)
    except Exception as error:  # whatever a model's own loading code raises
        log("error", "The model could not be loaded: %s: %s" % (type(error).__name__, error))
        raise
    app = create_app(served, Limits(arguments.max_body_bytes, arguments.request_timeout))

    class Server(uvicorn.Server):
        async def startup(self, sockets=None):
            await super().startup(sockets=sockets)
            if self.started:
                address = self.servers[0].sockets[0].getsockname()
                load_ms = round((time.monotonic() - started) * 1000)
                log("info", "Model server ready", model=arguments.name, address={"host": address[0], "port": address[1]}, loadMs=load_ms)

    config = uvicorn.Config(
        app,
        host=arguments.host,
        port=arguments.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=25,
        lifespan="off",
    )
    Server(config).run()


if __name__ == "__main__":
    main()

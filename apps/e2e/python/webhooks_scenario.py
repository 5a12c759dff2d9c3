"""MLflow's webhooks with an unmodified client and a receiver on this machine. Run: webhooks_scenario.py URI"""
import base64
import hashlib
import hmac
import json
import os
import queue
import sys
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

import mlflow
from mlflow import MlflowClient
from mlflow.entities.webhook import WebhookEvent
from mlflow.exceptions import MlflowException

uri = sys.argv[1]
mlflow.set_tracking_uri(uri)
client = MlflowClient()
received = queue.Queue()
failures = [503]


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = failures.pop() if self.path == "/hook" and failures and json.loads(body)["data"]["name"] == "model" else 200
        received.put((self.path, dict(self.headers), body, status))
        self.send_response(status)
        self.end_headers()
        self.wfile.write(b"thanks")

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=server.serve_forever, daemon=True).start()
host = f"127.0.0.1:{server.server_port}"
url = f"http://{host}/hook"
events = [WebhookEvent("registered_model", "created"), WebhookEvent("model_version_alias", "created"), WebhookEvent("prompt_version", "created")]

# A private address is reached only where the organization allows it.
try:
    client.create_webhook("hook", url, events)
    raise AssertionError("a private address was accepted")
except MlflowException as error:
    assert error.error_code == "INVALID_PARAMETER_VALUE", error
query = {"query": "mutation($host: String!) { setWebhookHost(input: { host: $host, allowed: true }) { hosts { host } } }", "variables": {"host": host}}
headers = {"content-type": "application/json", "authorization": f"Bearer {os.environ['MLFLOW_TRACKING_TOKEN']}"}
answer = json.load(urllib.request.urlopen(urllib.request.Request(f"{uri}/graphql", json.dumps(query).encode(), headers)))
assert answer["data"]["setWebhookHost"]["hosts"] == [{"host": host}], answer

webhook = client.create_webhook("hook", url, events, description="tells us", secret="s3cret")
assert client.get_webhook(webhook.webhook_id).description == "tells us"
assert webhook.secret is None
assert [item.webhook_id for item in client.list_webhooks()] == [webhook.webhook_id]
result = client.test_webhook(webhook.webhook_id)
assert (result.success, result.response_status, result.response_body) == (True, 200, "thanks"), result
received.get(timeout=5)


def next_delivery():
    path, sent, body, status = received.get(timeout=30)
    sent = {name.lower(): value for name, value in sent.items()}
    signed = f"{sent['x-mlflow-delivery-id']}.{sent['x-mlflow-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(b"s3cret", signed, hashlib.sha256).digest()).decode()
    assert sent["x-mlflow-signature"] == f"v1,{expected}"
    message = json.loads(body)
    return f"{message['entity']}.{message['action']}", message["data"], sent["x-mlflow-delivery-id"], status


# What happens is told, again after a failure, under the same id.
client.create_registered_model("model", tags={"a": "b"}, description="d")
first, second = next_delivery(), next_delivery()
assert first[:3] == second[:3] and (first[3], second[3]) == (503, 200), (first, second)
assert first[:2] == ("registered_model.created", {"name": "model", "tags": {"a": "b"}, "description": "d"}), first
client.create_model_version("model", "s3://bucket/model")
client.set_registered_model_alias("model", "champion", 1)
assert next_delivery()[:2] == ("model_version_alias.created", {"name": "model", "alias": "champion", "version": "1"})
mlflow.genai.register_prompt("greeting", "Hello {{name}}", commit_message="first", tags={"t": "u"})
event, data, _, _ = next_delivery()
assert event == "prompt_version.created" and data["template"] == "Hello {{name}}" and data["tags"]["t"] == "u", data

client.update_webhook(webhook.webhook_id, status="DISABLED", name="quiet")
client.create_registered_model("unheard")
client.delete_webhook(webhook.webhook_id)
assert list(client.list_webhooks()) == []
assert received.empty()
print("webhooks: fine")

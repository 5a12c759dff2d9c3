"""What an application that is traced does with an unmodified MLflow client. Every result is checked, and a summary without
ids and times is printed as the last line, so that the answers of two servers can be compared. Run: trace_scenario.py URI"""
import gzip
import json
import os
import re
import sys
import time

import mlflow
import requests
from mlflow import MlflowClient
from mlflow.entities import AssessmentSource, SpanType
from mlflow.exceptions import MlflowException
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

uri = sys.argv[1]
name = f"traced-{time.time_ns()}"
mlflow.set_tracking_uri(uri)
experiment = mlflow.set_experiment(name)
client = MlflowClient()
summary = {}


@mlflow.trace(span_type=SpanType.RETRIEVER, attributes={"k": 3})
def retrieve(question):
    return [{"page_content": f"about {question}", "metadata": {"n": 1}}]


@mlflow.trace(span_type=SpanType.CHAT_MODEL)
def ask(question):
    span = mlflow.get_current_active_span()
    span.set_attribute("mlflow.chat.tokenUsage", {"input_tokens": 11, "output_tokens": 4, "total_tokens": 15})
    span.set_attribute("big", 2**60 + 1)
    span.add_event(mlflow.entities.SpanEvent("token", attributes={"index": 1}))
    return "größe 模型"


@mlflow.trace(name="pipeline")
def pipeline(question):
    mlflow.update_current_trace(tags={"team": "risk"}, metadata={"mlflow.trace.session": "session-1", "mlflow.trace.user": "ann"})
    retrieve(question)
    return ask(question)


@mlflow.trace
def failing():
    raise ValueError("no luck")


with mlflow.start_run() as run:
    assert pipeline("why") == "größe 模型"
trace_id = mlflow.get_last_active_trace_id()
try:
    failing()
except ValueError:
    pass
failed_id = mlflow.get_last_active_trace_id()
mlflow.flush_trace_async_logging()

# A trace as it is read back, with its spans.
trace = mlflow.get_trace(trace_id)
assert trace.info.state == "OK" and trace.info.execution_duration >= 0
assert trace.info.tags["mlflow.trace.spansLocation"] == "TRACKING_STORE", "spans are rows of the server"
assert [span.name for span in trace.data.spans] == ["pipeline", "retrieve", "ask"]
answer = trace.search_spans(name="ask")[0]
assert answer.attributes["big"] == 2**60 + 1 and answer.outputs == "größe 模型" and answer.events[0].attributes == {"index": 1}
assert answer.parent_id == trace.data.spans[0].span_id
failed = mlflow.get_trace(failed_id)
assert failed.info.state == "ERROR" and failed.data.spans[0].status.status_code == "ERROR"
assert failed.data.spans[0].events[0].attributes["exception.message"] == "no luck"


def shown(info):
    """An info without ids and times."""
    document = info.to_dict()
    for key in ["trace_id", "request_time", "request_time_ms", "execution_duration", "execution_duration_ms", "trace_location"]:
        document.pop(key, None)
    text = json.dumps(document, sort_keys=True, ensure_ascii=False)
    for unique, word in [(trace_id, "TRACE"), (failed_id, "FAILED"), (run.info.run_id, "RUN"), (name, "NAME"), (f"/{experiment.experiment_id}/", "/EXPERIMENT/")]:
        text = text.replace(unique, word)
    document = json.loads(re.sub(r"a-[0-9a-f]{32}|tr-[0-9a-f]{32}", "ID", text))
    # Of this process, not of the server.
    document["trace_metadata"] = {key: value for key, value in document["trace_metadata"].items() if not re.search(r"source|user$|git|size", key)}
    for assessment in document.get("assessments", []):
        assessment.pop("create_time"), assessment.pop("last_update_time")
    return document


def spans_shown(trace):
    ids = {span.span_id: span.name for span in trace.data.spans}
    return [[span.name, ids.get(span.parent_id), span.span_type, span.status.status_code, span.inputs, span.outputs, sorted(span.attributes)] for span in trace.data.spans]


summary["info"] = shown(trace.info)
summary["spans"] = spans_shown(trace)

# Feedback, expectations, overrides.
human = AssessmentSource(source_type="HUMAN", source_id="ann")
feedback = mlflow.log_feedback(trace_id=trace_id, name="good", value=True, rationale="yes", source=human, metadata={"round": "1"})
mlflow.log_feedback(trace_id=trace_id, name="score", value=0.75, source=AssessmentSource(source_type="LLM_JUDGE", source_id="judge"))
mlflow.log_expectation(trace_id=trace_id, name="answer", value={"text": "x", "n": [1, 2]}, source=human)
mlflow.log_feedback(trace_id=trace_id, name="broken", error=RuntimeError("judge away"), source=human)
replaced = mlflow.override_feedback(trace_id=trace_id, assessment_id=feedback.assessment_id, value=False, rationale="no")
assert mlflow.get_assessment(trace_id, feedback.assessment_id).valid is False
mlflow.update_assessment(trace_id=trace_id, assessment_id=replaced.assessment_id, assessment=mlflow.entities.Feedback(name="good", value="maybe"))
summary["assessments"] = shown(mlflow.get_trace(trace_id).info)["assessments"]
mlflow.delete_assessment(trace_id, replaced.assessment_id)
assert mlflow.get_assessment(trace_id, feedback.assessment_id).valid is True

# Tags.
client.set_trace_tag(trace_id, "stage", "test")
client.set_trace_tag(trace_id, "gone", "x")
client.delete_trace_tag(trace_id, "gone")
assert mlflow.get_trace(trace_id).info.tags["stage"] == "test"

# Searching.
found = {}
for filter_string in [
    "", "status = 'OK'", "trace.status = 'ERROR'", "name = 'pipeline'", "name LIKE 'pipe%'", "tags.team = 'risk'", "tags.team IS NULL", "metadata.`mlflow.trace.session` = 'session-1'", f"run_id = '{run.info.run_id}'",
    "span.name = 'ask' AND span.type = 'CHAT_MODEL'", "span.name = 'ask' AND span.type = 'RETRIEVER'", "span.attributes.k LIKE '%3%'", "span.content LIKE '%模型%'", "trace.text ILIKE '%no luck%'", "feedback.good = 'true'", "feedback.score > 0.5",
    "feedback.score > 0.8", "expectation.answer IS NOT NULL", "timestamp > 0", "execution_time >= 0", "prompt = 'nope/1'", "attributes.name RLIKE '^fail'", "tags.stage != 'x'", "span.status IN ('ERROR')",
]:
    traces = mlflow.search_traces(locations=[experiment.experiment_id], filter_string=filter_string, return_type="list")
    found[filter_string.replace(run.info.run_id, "RUN")] = sorted(trace.info.tags["mlflow.traceName"] for trace in traces)
assert found[""] == ["failing", "pipeline"]
summary["found"] = found
frame = mlflow.search_traces(locations=[experiment.experiment_id], order_by=["timestamp ASC"])
assert list(frame["state"]) == ["OK", "ERROR"] and "spans" in frame.columns
page = client.search_traces(locations=[experiment.experiment_id], max_results=1, order_by=["name DESC"])
rest = client.search_traces(locations=[experiment.experiment_id], max_results=1, order_by=["name DESC"], page_token=page.token)
assert [page[0].info.tags["mlflow.traceName"], rest[0].info.tags["mlflow.traceName"]] == ["pipeline", "failing"]

# OpenTelemetry alone, without MLflow's SDK.
token = os.environ.get("MLFLOW_TRACKING_TOKEN")
headers = {"x-mlflow-experiment-id": experiment.experiment_id, **({"authorization": f"Bearer {token}"} if token else {})}
export = ExportTraceServiceRequest()
resource = export.resource_spans.add()
resource.resource.attributes.add(key="service.name").value.string_value = "plain-otel"
scope = resource.scope_spans.add()
otel_trace = os.urandom(16)
for number, parent, span_name, texts, counts in [
    (1, None, "otel root", {"session.id": "session-2"}, {}),
    (2, 1, "llm call", {"gen_ai.operation.name": "chat", "gen_ai.request.model": "m-1", "gen_ai.input.messages": '[{"role": "user", "content": "hi"}]'}, {"gen_ai.usage.input_tokens": 7, "gen_ai.usage.output_tokens": 2}),
]:
    span = scope.spans.add(trace_id=otel_trace, span_id=number.to_bytes(8, "big"), name=span_name, start_time_unix_nano=time.time_ns() - 1_000_001, end_time_unix_nano=time.time_ns())
    if parent is not None:
        span.parent_span_id = parent.to_bytes(8, "big")
    for key, value in texts.items():
        span.attributes.add(key=key).value.string_value = value
    for key, value in counts.items():
        span.attributes.add(key=key).value.int_value = value
otel_id = f"tr-{otel_trace.hex()}"
sent = requests.post(f"{uri}/v1/traces", data=gzip.compress(export.SerializeToString()), headers={**headers, "content-type": "application/x-protobuf", "content-encoding": "gzip"})
assert sent.status_code == 200 and sent.headers["content-type"] == "application/x-protobuf", sent.text
otel = mlflow.get_trace(otel_id)
assert otel.info.token_usage == {"input_tokens": 7, "output_tokens": 2, "total_tokens": 9}
summary["otel"] = {**shown(otel.info), "spans": spans_shown(otel)}

# Errors arrive as MLflow's own.
codes = []
for call in [
    lambda: client.get_trace("tr-" + "0" * 32),
    lambda: client.search_traces(locations=[experiment.experiment_id], filter_string="bogus = 1"),
    lambda: client.search_traces(locations=[experiment.experiment_id], max_results=501),
    lambda: client.delete_trace_tag(trace_id, "never"),
    lambda: client.delete_traces(experiment.experiment_id),
    lambda: mlflow.get_assessment(trace_id, "a-nope"),
]:
    try:
        call()
        codes.append("none")
    except MlflowException as error:
        codes.append(error.error_code)
summary["errors"] = codes
bad = requests.post(f"{uri}/v1/traces", data=b"\xff\xff", headers={**headers, "content-type": "application/x-protobuf"})
summary["bad otlp"] = [bad.status_code, bad.json()]

# Deleting.
assert client.delete_traces(experiment.experiment_id, trace_ids=[failed_id, otel_id]) == 2
assert client.delete_traces(experiment.experiment_id, max_timestamp_millis=int(time.time() * 1000), max_traces=10) == 1
assert mlflow.search_traces(locations=[experiment.experiment_id], return_type="list") == []

print(json.dumps(summary, sort_keys=True, ensure_ascii=False))

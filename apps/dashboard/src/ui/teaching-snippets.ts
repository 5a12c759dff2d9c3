/** Python to paste, with this project's tracking URI filled in. */
export function logRunSnippet(trackingUri: string, experiment: string): string {
  return `# pip install mlflow scikit-learn
import mlflow
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

mlflow.set_tracking_uri(${quote(trackingUri)})
mlflow.set_experiment(${quote(experiment)})
mlflow.autolog()

X, y = load_iris(return_X_y=True)
with mlflow.start_run():
    LogisticRegression(max_iter=200).fit(X, y)`;
}

export function registerModelSnippet(trackingUri: string): string {
  return `import mlflow, mlflow.sklearn
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

mlflow.set_tracking_uri(${quote(trackingUri)})
X, y = load_iris(return_X_y=True, as_frame=True)
with mlflow.start_run():
    model = LogisticRegression(max_iter=200).fit(X, y)
    mlflow.sklearn.log_model(model, name="model", input_example=X.head(2),
                             registered_model_name="iris")`;
}

export function searchRunsSnippet(trackingUri: string, experimentId: string, filter: string): string {
  return `import mlflow
mlflow.set_tracking_uri(${quote(trackingUri)})
mlflow.search_runs([${quote(experimentId)}], filter_string=${quote(filter)})`;
}

export function loadModelSnippet(trackingUri: string, uri: string): string {
  return `import mlflow
mlflow.set_tracking_uri(${quote(trackingUri)})
model = mlflow.pyfunc.load_model(${quote(uri)})`;
}

export function curlSnippet(url: string, body: string, withToken: boolean): string {
  const lines = [`curl -X POST ${shellQuote(url)}`, `  -H 'Content-Type: application/json'`];
  if (withToken) lines.push('  -H "Authorization: Bearer $MODELYARD_TOKEN"');
  return [...lines, `  -d ${shellQuote(body)}`].join(' \\\n');
}

function quote(text: string): string {
  return JSON.stringify(text);
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

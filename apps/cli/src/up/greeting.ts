import { publicUrl, type Settings } from '@modelyard/config';
import type { DataDirectory } from './data-directory.js';

/** The one block a person sees when everything runs. */
export function greeting(settings: Settings, data: DataDirectory, tookMs: number): string {
  const url = publicUrl(settings);
  const token = settings.MODELYARD_AUTH === 'required' ? ["os.environ['MLFLOW_TRACKING_TOKEN'] = '<token>'  # npx modelyard org create NAME prints one"] : [];
  return [
    '',
    `  Modelyard is ready (${(tookMs / 1000).toFixed(1)} s). Ctrl-C stops it.`,
    '',
    `  Dashboard      ${url}`,
    `  Tracking URI   ${url}`,
    `  Data           ${data.path}`,
    ...(data.note === undefined ? [] : [`                 ${data.note}`]),
    '',
    '  Try it (pip install mlflow scikit-learn):',
    '',
    ...[
      ...(token.length > 0 ? ['import os', ...token] : []),
      'import mlflow; from sklearn.datasets import load_iris; from sklearn.linear_model import LogisticRegression',
      `mlflow.set_tracking_uri("${url}")`,
      'mlflow.sklearn.autolog(registered_model_name="iris")',
      'X, y = load_iris(return_X_y=True, as_frame=True)',
      'LogisticRegression(max_iter=200).fit(X, y)',
    ].map((line) => `    ${line}`),
    '',
  ].join('\n');
}

interface NotImplemented {
  /** What is asked for, and what to use in its place. */
  readonly sentence: string;
  /** Under `/api/3.0` and `/ajax-api/3.0`; a path that ends with `/*` stands for all below it too. */
  readonly paths: readonly string[];
  /** Taken as they are. */
  readonly elsewhere?: readonly string[];
}

/** Parts of MLflow 3.17 that this server does not have. docs/mlflow-compatibility.md lists their routes. */
export const NOT_IMPLEMENTED: readonly NotImplemented[] = [
  {
    sentence: 'This server has no AI gateway: call the provider of the model, or serve the model as an endpoint.',
    paths: ['/mlflow/gateway/*'],
    elsewhere: ['/gateway/*', '/ajax-api/2.0/mlflow/gateway-proxy'],
  },
  { sentence: 'This server has no registry of MCP servers: keep their addresses where your agents are set up.', paths: ['/mlflow/mcp-servers/*'] },
  { sentence: 'This server has no assistant.', paths: ['/mlflow/assistant/*'] },
  {
    sentence: 'This server runs no jobs for clients: run evaluations, scorers and prompt optimization in the client, and log what comes out.',
    paths: ['/jobs/*', '/mlflow/jobs/*', '/mlflow/prompt-optimization/*', '/mlflow/genai/evaluate/invoke', '/mlflow/issues/invoke', '/mlflow/scorer/invoke'],
  },
  { sentence: 'This server makes no demo data: log runs with any MLflow client.', paths: ['/mlflow/demo/*'] },
  { sentence: 'This server has no prompt lab: register prompts with the client, and log runs with it.', paths: [], elsewhere: ['/ajax-api/2.0/mlflow/runs/create-promptlab-run'] },
];

/** Route patterns and the sentence of each. */
export const SENTENCES: ReadonlyMap<string, string> = new Map(
  NOT_IMPLEMENTED.flatMap(({ sentence, paths, elsewhere = [] }) =>
    [...paths.flatMap((path) => [`/api/3.0${path}`, `/ajax-api/3.0${path}`]), ...elsewhere]
      .flatMap((path) => (path.endsWith('/*') ? [path.slice(0, -2), path] : [path]))
      .map((path): [string, string] => [path, sentence]),
  ),
);

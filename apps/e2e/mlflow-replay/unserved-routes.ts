export type RouteStatus = 'different' | 'not-done' | 'not-implemented';

export interface Unserved {
  readonly status: RouteStatus;
  readonly reason: string;
  /** Paths without their mount (`/api/2.0`, `/ajax-api/3.0` and the like); one that ends with `*` stands for all that begin so. */
  readonly paths: readonly string[];
  /** Of these methods alone; of all when absent. */
  readonly methods?: readonly string[];
}

/**
 * The routes of MLflow that are not served, or not as MLflow does it. A route that is neither served nor here fails the
 * check, and so does one that is here as not done and is served after all: take it out when it lands.
 */
export const UNSERVED: readonly Unserved[] = [
  { status: 'not-done', reason: 'label schemas and review queues', paths: ['/mlflow/label-schemas/*', '/mlflow/review-queues/*'] },
  { status: 'not-done', reason: "the dashboard of MLflow reports its use here; ours reports nothing, and MLflow's clients do not call it", paths: ['/mlflow/ui-telemetry'] },
  { status: 'not-implemented', reason: 'no AI gateway', paths: ['/mlflow/gateway/*', '/mlflow/gateway-proxy', '/gateway/*'] },
  { status: 'not-implemented', reason: 'no registry of MCP servers', paths: ['/mlflow/mcp-servers', '/mlflow/mcp-servers/*'] },
  { status: 'not-implemented', reason: 'no assistant', paths: ['/mlflow/assistant/*'] },
  { status: 'not-implemented', reason: 'no jobs in the server', paths: ['/jobs/*', '/mlflow/jobs/*', '/mlflow/prompt-optimization/*', '/mlflow/genai/evaluate/invoke', '/mlflow/issues/invoke', '/mlflow/scorer/invoke'] },
  { status: 'not-implemented', reason: 'no demo data, no prompt lab', paths: ['/mlflow/demo/*', '/mlflow/runs/create-promptlab-run'] },
  { status: 'different', reason: "server-info says that they are off; they answer MLflow's own 501, on which clients send and fetch whole files", paths: ['/mlflow-artifacts/mpu/*', '/mlflow-artifacts/presigned/*'] },
  { status: 'different', reason: "a path that lacks a slash in MLflow's own table and nobody calls; the call is served at /ajax-api/2.0/mlflow/experiments/search-datasets", paths: ['mlflow/experiments/search-datasets'] },
  { status: 'different', reason: "of Databricks alone: MLflow's own server answers 404 too", paths: ['/mlflow/unified-traces', '/mlflow/get-online-trace-details'] },
  { status: 'different', reason: "the dashboard and the GraphQL API are our own", paths: ['/', '/graphql', '/static-files/*', '/build/*'] },
];

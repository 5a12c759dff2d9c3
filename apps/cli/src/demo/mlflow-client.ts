import { UsageError } from '../commands/usage.js';

/** The few MLflow REST calls that the demo needs: the same public API as anyone's. */
export class MlflowClient {
  constructor(
    private readonly trackingUri: string,
    private readonly token: string | undefined,
  ) {}

  async post<T>(path: string, body: unknown): Promise<T> {
    const response = await this.send('POST', `/api/2.0/mlflow${path}`, JSON.stringify(body), 'application/json');
    return (await response.json()) as T;
  }

  /** Stores a file below an `mlflow-artifacts:` URI. */
  async upload(artifactUri: string, path: string, content: Uint8Array | string): Promise<void> {
    await this.send('PUT', `/api/2.0/mlflow-artifacts/artifacts/${artifactUri.replace(/^mlflow-artifacts:\//, '')}/${path}`, content, 'application/octet-stream');
  }

  /** Calls an endpoint; resolves with the answer and its provenance id. */
  async invoke<T>(endpoint: string, body: unknown): Promise<{ answer: T; provenance: string | null }> {
    const response = await this.send('POST', `/endpoints/${endpoint}/invocations`, JSON.stringify(body), 'application/json');
    return { answer: (await response.json()) as T, provenance: response.headers.get('modelyard-provenance') };
  }

  private async send(method: string, path: string, body: Uint8Array | string, contentType: string): Promise<Response> {
    const headers = { 'content-type': contentType, ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }) };
    const response = await fetch(`${this.trackingUri}${path}`, { method, headers, body: typeof body === 'string' ? body : Buffer.from(body) });
    if (!response.ok) throw new UsageError(`${method} ${path} answered ${response.status}: ${(await response.text()).slice(0, 500)}`);
    return response;
  }
}

const MAX_SHOWN = 20_000;

export interface Prediction {
  readonly ok: boolean;
  /** What happened, in words. */
  readonly status: string;
  readonly body: string;
  readonly latencyMs: number;
  readonly provenanceId: string | null;
}

/** Posts a body to an endpoint's `/invocations`, as any caller would. Never throws. */
export async function predict(url: string, body: string): Promise<Prediction> {
  const started = performance.now();
  try {
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const text = await response.text();
    return {
      ok: response.ok,
      status: `${response.status} ${response.statusText}`.trim(),
      body: text.slice(0, MAX_SHOWN),
      latencyMs: performance.now() - started,
      provenanceId: response.headers.get('modelyard-provenance'),
    };
  } catch (error) {
    return { ok: false, status: 'No answer', body: error instanceof Error ? error.message : String(error), latencyMs: performance.now() - started, provenanceId: null };
  }
}

/** A request that the OTLP route refuses, in the shape of MLflow's own (FastAPI's): a status and `{"detail": ...}`. */
export class OtlpRefusal extends Error {
  constructor(
    readonly status: 400 | 413 | 422,
    readonly detail: unknown,
  ) {
    super(typeof detail === 'string' ? detail : JSON.stringify(detail));
  }
}

export function invalidFormat(): OtlpRefusal {
  return new OtlpRefusal(400, 'Invalid OpenTelemetry format');
}

export function notConvertible(): OtlpRefusal {
  return new OtlpRefusal(422, 'Cannot convert OpenTelemetry span to MLflow span');
}

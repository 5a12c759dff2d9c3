/** One input or output of a model. */
export interface SignatureField {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
}

/** Reads the JSON that MLflow keeps in the MLmodel file; null when it is none of its shapes. */
export function readSignature(json: string): SignatureField[] | null {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? value.map(toField) : null;
  } catch {
    return null;
  }
}

function toField(value: unknown, index: number): SignatureField {
  const field = (typeof value === 'object' && value !== null ? value : {}) as { name?: unknown; type?: unknown; required?: unknown; optional?: unknown; 'tensor-spec'?: { dtype?: unknown; shape?: unknown } };
  const tensor = field['tensor-spec'];
  return {
    name: typeof field.name === 'string' ? field.name : `#${index + 1}`,
    type: tensor === undefined ? typeText(field.type) : `tensor ${String(tensor.dtype)} [${Array.isArray(tensor.shape) ? tensor.shape.map((size) => (size === -1 ? 'any' : String(size))).join(', ') : '?'}]`,
    required: field.required !== false && field.optional !== true,
  };
}

function typeText(type: unknown): string {
  return typeof type === 'string' ? type : JSON.stringify(type) ?? '?';
}

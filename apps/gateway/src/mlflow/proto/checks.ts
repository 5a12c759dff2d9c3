/** MLflow's own checks of a request's parameters (mlflow 3.17, server/handlers.py `_assert_*`), in its words. */
export interface Check {
  /** Checks of types are left out when protobuf could read the whole message; `required` also looks at what is absent. */
  readonly kind: 'type' | 'required' | 'rule';
  /** What is wrong, or null. `undefined` stands for an absent parameter. */
  readonly fault: (value: unknown, name: string) => string | null;
}

// A hostile value must not come back at full length.
const MAX_ECHO = 4_096;

const type = (fits: (value: unknown) => boolean): Check => ({ kind: 'type', fault: (value, name) => (fits(value) ? null : invalidValue(value, name)) });

export const isText = type((value) => typeof value === 'string');
export const isList = type(Array.isArray);
export const isFlag = type((value) => typeof value === 'boolean');
export const isListOfTexts = type((value) => typeof value === 'string' || Array.isArray(value) && value.every((item) => typeof item === 'string'));
// Python's int() cuts fractions off and takes texts of digits.
export const isInteger = type((value) => typeof value === 'boolean' || typeof value === 'bigint' || typeof value === 'number' && Number.isFinite(value) || typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value));
export const isNumber = type((value) => typeof value === 'boolean' || typeof value === 'bigint' || typeof value === 'number' || typeof value === 'string' && /^\s*[+-]?(?:inf(?:inity)?|nan|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*$/i.test(value));

/** There, and not empty. */
export const required: Check = { kind: 'required', fault: (value, name) => (isMissing(value) ? missingValue(name) : null) };

/** A check of a type that is made also when protobuf could read the message. */
export function always({ fault }: Check): Check {
  return { kind: 'rule', fault };
}

/** At most `max`, when it is there. */
export function atMost(max: number): Check {
  return { kind: 'rule', fault: (value, name) => (isInteger.fault(value, name) ?? (Math.trunc(Number(value)) > max ? invalidValue(value, name) : null)) };
}

/** An integer from `min` to `max`, when it is there. */
export function within(min: number, max: number, message: string): Check {
  return { kind: 'rule', fault: (value, name) => (isInteger.fault(value, name) ?? (Math.trunc(Number(value)) < min || Math.trunc(Number(value)) > max ? message : null)) };
}

/** Not more than `max` items. */
export function atMostItems(max: number, message: (length: number) => string): Check {
  return { kind: 'rule', fault: (value) => (Array.isArray(value) && value.length > max ? message(value.length) : null) };
}

/** Each message of a list has these fields. */
export function eachHas(...fields: readonly string[]): Check {
  return {
    kind: 'rule',
    fault: (value, name) => {
      if (value === undefined || value === null) return invalidValue(value, name);
      if (!Array.isArray(value)) return null;
      for (const [index, item] of value.entries()) {
        const record = (typeof item === 'object' && item !== null ? item : {}) as Record<string, unknown>;
        const missing = fields.find((field) => isMissing(Object.hasOwn(record, field) ? record[field] : undefined));
        if (missing !== undefined) return missingValue(`${name}[${index}].${missing}`);
      }
      return null;
    },
  };
}

export function missingValue(name: string): string {
  return `Missing value for required parameter '${name}'.`;
}

export function invalidValue(value: unknown, name: string): string {
  return `Invalid value ${pythonJson(value)} for parameter '${name}' supplied:  Hint: Value was of type '${pythonType(value)}'.`;
}

/** A list whose messages have a key; checked also when protobuf could read it. */
export const eachHasKey: Check = {
  kind: 'rule',
  fault: (value, name) => {
    const isWhole = Array.isArray(value) && value.every((item: unknown) => !isMissing((item as { key?: unknown } | null)?.key));
    return isWhole ? null : invalidValue(value, name);
  },
};

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** As `json.dumps(value, sort_keys=True, separators=(",", ":"))`. */
function pythonJson(value: unknown): string {
  try {
    return escaped(sortedJson(value).slice(0, MAX_ECHO));
  } catch (error) {
    // Nested deeper than the stack.
    if (error instanceof RangeError) return '...';
    throw error;
  }
}

function sortedJson(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, item: unknown) => {
    if (typeof item === 'bigint') return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(item.toString());
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item;
    return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function escaped(json: string): string {
  return json.replace(/[\u007f-\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function pythonType(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  switch (typeof value) {
    case 'string':
      return 'str';
    case 'boolean':
      return 'bool';
    case 'number':
      return Number.isInteger(value) ? 'int' : 'float';
    case 'bigint':
      return 'int';
    default:
      return 'dict';
  }
}

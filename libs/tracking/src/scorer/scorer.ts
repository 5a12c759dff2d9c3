import { DomainError, parseJson } from '@modelyard/kernel';
import { checkLength } from '../entity-name.js';

/** One version of a scorer. */
export interface ScorerVersion {
  /** A UUID, the same for all versions. */
  readonly scorerId: string;
  /** The id of the wire. */
  readonly experimentId: string;
  readonly name: string;
  readonly version: number;
  /** JSON text of the client. */
  readonly serializedScorer: string;
  /** Milliseconds since the epoch. */
  readonly creationTime: number;
}

/** Which of the traces that come in a scorer is to look at. */
export interface OnlineScoring {
  readonly configId: string;
  readonly scorerId: string;
  readonly experimentId: string;
  /** 0 to 1. */
  readonly sampleRate: number;
  readonly filter: string | null;
}

const MAX_NAME_LENGTH = 256;
const MAX_SCORER_LENGTH = 1_000_000;
const MAX_DEPTH = 100;

// mlflow 3.17, genai/scorers/scorer_utils.py: in its words, for clients show them.
const CODE_IS_REFUSED =
  'Custom scorer registration (using @scorer decorator) is disabled by default outside of Databricks tracking environments due to security concerns. ' +
  'Custom scorers require arbitrary code execution during deserialization.\n\nTo use custom scorers:\n1. Configure MLflow to use a Databricks tracking URI, or\n' +
  '2. Manage your custom scorer code in a source code repository (e.g., GitHub) and import it directly, or\n' +
  "3. On a self-managed MLflow server (or local environment) that you trust to run the scorer's code, set the MLFLOW_SERVER_ENABLE_CUSTOM_SCORERS environment variable to true, or\n" +
  '4. Use built-in scorers or make_judge() scorers instead.';

export function checkScorerName(name: string): void {
  if (name.trim() === '') throw new DomainError('INVALID_ARGUMENT', 'Scorer name cannot be empty or contain only whitespace.', { field: 'name' });
  checkLength(name, MAX_NAME_LENGTH, 'name');
}

/**
 * Checks a serialized scorer: JSON, without code that whoever reads it would run, and with no model of an AI gateway,
 * which this server does not have. Throws INVALID_ARGUMENT, NOT_FOUND.
 */
export function checkSerializedScorer(text: string): void {
  const refused = (message: string) => new DomainError('INVALID_ARGUMENT', message, { field: 'serialized_scorer' });
  if (text.length > MAX_SCORER_LENGTH) throw refused(`A serialized scorer has at most ${MAX_SCORER_LENGTH} characters.`);
  const data = parse(text);
  if (data === undefined) throw refused('serialized_scorer must be valid JSON');
  if (holdsCode(data, 0)) throw refused(CODE_IS_REFUSED);
  if (!isObject(data)) throw refused('serialized_scorer must be a JSON object.');
  const model = modelOf(data, 0);
  if (model === undefined || model === null) return;
  if (typeof model !== 'string') throw refused(`Scorer model must be a string, got ${pythonType(model)}.`);
  if (model.trim() === '') throw refused('Scorer model cannot be empty or contain only whitespace.');
  if (model.startsWith('gateway:/')) throw new DomainError('NOT_FOUND', `GatewayEndpoint not found (name='${model.slice('gateway:/'.length, 300)}'): this server has no AI gateway. Name the provider's model.`);
}

export function checkSampleRate(rate: number): void {
  if (!(rate >= 0 && rate <= 1)) throw new DomainError('INVALID_ARGUMENT', `sample_rate must be between 0.0 and 1.0, got ${Number.isInteger(rate) ? rate.toFixed(1) : rate}`, { field: 'sample_rate' });
}

/** NOT_FOUND in MLflow's words. */
export function scorerNotFound(experimentId: string, name: string, version?: number): DomainError {
  return new DomainError('NOT_FOUND', `Scorer with name '${name.slice(0, 1000)}'${version === undefined ? '' : ` and version ${version}`} not found for experiment ${experimentId.slice(0, 100)}.`);
}

function pythonType(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  return typeof value === 'bigint' ? 'int' : 'dict';
}

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function holdsCode(value: unknown, depth: number): boolean {
  if (depth > MAX_DEPTH) throw new DomainError('INVALID_ARGUMENT', `A serialized scorer is nested at most ${MAX_DEPTH} levels deep.`, { field: 'serialized_scorer' });
  if (Array.isArray(value)) return value.some((item) => holdsCode(item, depth + 1));
  if (!isObject(value)) return false;
  return Boolean(value['call_source']) || Object.values(value).some((item) => holdsCode(item, depth + 1));
}

function modelOf(data: Fields, depth: number): unknown {
  for (const key of ['instructions_judge_pydantic_data', 'builtin_scorer_pydantic_data', 'third_party_scorer_data']) {
    const part = data[key];
    if (isObject(part)) return part['model'];
  }
  const memory = data['memory_augmented_judge_data'];
  const base = isObject(memory) ? memory['base_judge'] : undefined;
  return isObject(base) && depth < MAX_DEPTH ? modelOf(base, depth + 1) : undefined;
}

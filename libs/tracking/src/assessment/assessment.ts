import { DomainError } from '@modelyard/kernel';
import { randomBytes } from 'node:crypto';
import { checkLength } from '../entity-name.js';
import { dumpPython, PythonNumber, storableText, type PythonValue } from '../span/python-json.js';

export type AssessmentKind = 'feedback' | 'expectation' | 'issue';

/** An assessment as it is stored. Times are milliseconds since the epoch. */
export interface AssessmentDocument {
  readonly assessmentId: string;
  readonly traceId: string;
  readonly name: string;
  readonly kind: AssessmentKind;
  /** JSON as Python writes it. */
  readonly value: string;
  /** Of feedback: `{"error_code": ..., "error_message": ..., "stack_trace": ...}`, as JSON. */
  readonly error: string | null;
  /** A JSON object of texts. */
  readonly metadata: string | null;
  readonly sourceType: string;
  readonly sourceId: string | null;
  readonly runId: string | null;
  readonly spanId: string | null;
  readonly rationale: string | null;
  readonly overrides: string | null;
  readonly valid: boolean;
  readonly createTime: number;
  readonly lastUpdateTime: number;
}

export interface NewAssessment {
  readonly assessmentId?: string;
  readonly name: string;
  readonly kind: AssessmentKind;
  readonly value: PythonValue;
  readonly error?: PythonValue;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly sourceType: string;
  readonly sourceId?: string;
  readonly spanId?: string;
  readonly rationale?: string;
  /** The assessment of the same trace that this one takes the place of. */
  readonly overrides?: string;
  readonly createTime?: number;
  readonly lastUpdateTime?: number;
}

/** What an update changes; the rest stays. Metadata is merged. */
export interface AssessmentChange {
  readonly name?: string;
  readonly feedback?: { readonly value: PythonValue; readonly error?: PythonValue };
  readonly expectation?: { readonly value: PythonValue };
  readonly rationale?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The columns of `assessments` that an assessment is inserted with, but for its trace. */
export interface AssessmentRow {
  readonly assessment_id: string;
  readonly name: string;
  readonly kind: AssessmentKind;
  readonly value: string;
  readonly error: string | null;
  readonly metadata: string | null;
  readonly aggregate_value: number | null;
  readonly is_numeric_value: boolean;
  readonly source_type: string;
  readonly source_id: string | null;
  readonly run_id: string | null;
  readonly span_id: string | null;
  readonly rationale: string | null;
  readonly overrides: string | null;
  readonly created_time: number;
  readonly last_updated_time: number;
}

const SOURCE_RUN = 'mlflow.assessment.sourceRunId';
const MAX_ID_LENGTH = 50;
const MAX_NAME_LENGTH = 250;
const MAX_VALUE_LENGTH = 1_048_576;

/** The row of a new assessment, with an id of its own unless the client chose one. Throws INVALID_ARGUMENT. */
export function assessmentRow(assessment: NewAssessment, now: number): AssessmentRow {
  const { name, kind, value, error, metadata = {} } = assessment;
  checkTexts(name, assessment);
  return {
    assessment_id: assessment.assessmentId || `a-${randomBytes(16).toString('hex')}`,
    name,
    kind,
    value: dumped(value),
    error: error === undefined ? null : dumped(error),
    metadata: Object.keys(metadata).length === 0 ? null : dumped(metadata),
    ...aggregateOf(value),
    source_type: assessment.sourceType,
    source_id: assessment.sourceId ?? null,
    run_id: metadata[SOURCE_RUN] ?? null,
    span_id: assessment.spanId || null,
    rationale: assessment.rationale || null,
    overrides: assessment.overrides || null,
    created_time: assessment.createTime || now,
    last_updated_time: assessment.lastUpdateTime || now,
  };
}

/** What aggregations make of a value (mlflow.store.tracking.utils.trace_analytics.assessment_aggregate). */
export function aggregateOf(value: PythonValue): Pick<AssessmentRow, 'aggregate_value' | 'is_numeric_value'> {
  if (value instanceof PythonNumber) {
    const number = Number(value.text);
    return Number.isFinite(number) ? { aggregate_value: number, is_numeric_value: true } : { aggregate_value: null, is_numeric_value: false };
  }
  const word = typeof value === 'string' ? value.trim().toLowerCase() : value;
  if (word === true || word === 'yes') return { aggregate_value: 1, is_numeric_value: false };
  return { aggregate_value: word === false || word === 'no' ? 0 : null, is_numeric_value: false };
}

/** JSON for a column. Throws INVALID_ARGUMENT when it is too long. */
export function dumped(value: PythonValue): string {
  const text = storableText(dumpPython(value, true));
  if (text.length > MAX_VALUE_LENGTH) throw new DomainError('INVALID_ARGUMENT', `A value of an assessment can have at most ${MAX_VALUE_LENGTH} characters.`, { field: 'assessment' });
  return text;
}

export function checkAssessmentName(name: string): void {
  if (name === '') throw new DomainError('INVALID_ARGUMENT', 'An assessment needs a name. Set `assessment_name`.', { field: 'assessment_name' });
  checkLength(name, MAX_NAME_LENGTH, 'assessment_name');
}

function checkTexts(name: string, assessment: NewAssessment): void {
  checkAssessmentName(name);
  checkLength(assessment.assessmentId ?? '', MAX_ID_LENGTH, 'assessment_id');
  checkLength(assessment.overrides ?? '', MAX_ID_LENGTH, 'overrides');
  checkLength(assessment.spanId ?? '', MAX_ID_LENGTH, 'span_id');
  checkLength(assessment.sourceId ?? '', MAX_NAME_LENGTH, 'source_id');
}

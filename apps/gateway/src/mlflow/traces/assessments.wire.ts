import { DomainError } from '@modelyard/kernel';
import { loadPython, type AssessmentChange, type AssessmentDocument, type NewAssessment, type PythonValue } from '@modelyard/tracking';
import { required } from '../proto/checks.js';
import { choice, flag, message, type MessageOf, oneOf, text, textMap } from '../proto/fields.js';
import { request } from '../proto/request.js';
import { fieldMask, freeValue, timestamp, timestampText } from '../proto/well-known.js';

const SERIALIZATION_FORMAT = 'JSON_FORMAT';

const sourceType = choice({ SOURCE_TYPE_UNSPECIFIED: 0, HUMAN: 1, LLM_JUDGE: 2, CODE: 3 });
const ERROR = { error_code: text, error_message: text, stack_trace: text };

/** mlflow 3.17, assessments.proto. */
export const ASSESSMENT = {
  assessment_id: text,
  assessment_name: text,
  trace_id: text,
  span_id: text,
  source: message({ source_type: sourceType, source_id: text }),
  create_time: timestamp,
  last_update_time: timestamp,
  feedback: oneOf('value', message({ value: freeValue, error: message(ERROR) })),
  expectation: oneOf('value', message({ value: freeValue, serialized_value: message({ serialization_format: text, value: text }) })),
  issue: oneOf('value', message({ issue_name: text })),
  rationale: text,
  error: message(ERROR),
  metadata: textMap,
  overrides: text,
  valid: flag(true),
};

type AssessmentMessage = MessageOf<typeof ASSESSMENT>;

export const createAssessment = request({ assessment: message(ASSESSMENT) }, { assessment: [required] });
export const updateAssessment = request({ assessment: message(ASSESSMENT), update_mask: fieldMask }, { assessment: [required], update_mask: [required] });

/** Throws INVALID_ARGUMENT for one that is neither feedback nor expectation nor issue. */
export function newAssessment(message: AssessmentMessage | undefined): NewAssessment {
  if (message === undefined) throw unknownKind();
  return {
    ...valueOf(message),
    assessmentId: message.assessment_id,
    name: message.assessment_name,
    metadata: message.metadata,
    sourceType: message.source?.source_type ?? 'SOURCE_TYPE_UNSPECIFIED',
    sourceId: message.source?.source_id || undefined,
    spanId: message.span_id,
    // MLflow keeps no rationale with expectations.
    rationale: message.expectation === undefined ? message.rationale : undefined,
    overrides: message.overrides,
    createTime: message.create_time,
    lastUpdateTime: message.last_update_time,
  };
}

/** What a message and its mask change. Throws INVALID_ARGUMENT. */
export function assessmentChange(message: AssessmentMessage | undefined, paths: readonly string[] = []): AssessmentChange {
  const mask = new Set(paths);
  return {
    name: mask.has('assessment_name') ? (message?.assessment_name ?? '') : undefined,
    feedback: mask.has('feedback') ? feedbackOf(message?.feedback) : undefined,
    expectation: mask.has('expectation') ? { value: expectationOf(message?.expectation) } : undefined,
    rationale: mask.has('rationale') ? (message?.rationale ?? '') : undefined,
    metadata: mask.has('metadata') ? message?.metadata : undefined,
  };
}

export function assessmentWire(document: AssessmentDocument) {
  return {
    assessment_id: document.assessmentId,
    assessment_name: document.name,
    trace_id: document.traceId,
    span_id: document.spanId ?? undefined,
    source: { source_type: document.sourceType, source_id: document.sourceId ?? undefined },
    create_time: timestampText(document.createTime),
    last_update_time: timestampText(document.lastUpdateTime),
    ...valueWire(document),
    rationale: document.rationale ?? undefined,
    metadata: document.metadata === null ? undefined : (JSON.parse(document.metadata) as unknown),
    overrides: document.overrides ?? undefined,
    valid: document.valid,
  };
}

function valueOf(message: AssessmentMessage): Pick<NewAssessment, 'kind' | 'value' | 'error'> {
  if (message.feedback) return { kind: 'feedback', ...feedbackOf(message.feedback) };
  if (message.expectation) return { kind: 'expectation', value: expectationOf(message.expectation) };
  if (message.issue) return { kind: 'issue', value: { issue_name: message.issue.issue_name } };
  throw unknownKind();
}

function unknownKind(): DomainError {
  return new DomainError('INVALID_ARGUMENT', 'Unknown assessment type: None', { field: 'assessment' });
}

function feedbackOf(feedback: AssessmentMessage['feedback']): { value: PythonValue; error?: PythonValue } {
  const { error } = feedback ?? {};
  const given = Object.entries(error ?? {}).filter(([key, word]) => key === 'error_code' || word !== '');
  return { value: feedback?.value ?? null, ...(error === undefined ? {} : { error: Object.fromEntries(given) }) };
}

function expectationOf(expectation: AssessmentMessage['expectation']): PythonValue {
  const value = expectedValue(expectation);
  if (value === null) throw new DomainError('INVALID_ARGUMENT', 'The `value` field must be specified.', { field: 'expectation' });
  return value;
}

function expectedValue(expectation: AssessmentMessage['expectation']): PythonValue {
  const serialized = expectation?.serialized_value;
  if (!serialized) return expectation?.value ?? null;
  if (serialized.serialization_format !== SERIALIZATION_FORMAT) {
    throw new DomainError('INVALID_ARGUMENT', `Unknown serialization format: ${serialized.serialization_format.slice(0, 100)}. Only ${SERIALIZATION_FORMAT} is supported.`, { field: 'serialization_format' });
  }
  try {
    return loadPython(serialized.value);
  } catch (cause) {
    throw new DomainError('INVALID_ARGUMENT', 'The serialized value of the expectation is no JSON.', { field: 'serialized_value' }, { cause });
  }
}

function valueWire({ kind, value, error }: AssessmentDocument) {
  switch (kind) {
    case 'feedback':
      return { feedback: { value: jsonOf(value), error: error === null ? undefined : jsonOf(error) } };
    case 'expectation':
      // Lists and objects travel as text, so that integers in them stay integers.
      return { expectation: /^[[{]/.test(value) ? { serialized_value: { serialization_format: SERIALIZATION_FORMAT, value } } : { value: jsonOf(value) } };
    case 'issue':
      return { issue: jsonOf(value) };
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text; // Python's NaN and Infinity: protobuf has them as texts.
  }
}

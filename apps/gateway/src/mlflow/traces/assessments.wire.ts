import { DomainError } from '@modelyard/kernel';
import { loadPython, type AssessmentChange, type AssessmentDocument, type NewAssessment, type PythonValue } from '@modelyard/tracking';
import { z } from 'zod';
import { optionalText, requiredText } from '../message-fields.js';
import { choice, textOrEmpty } from '../tracking-fields.js';
import { freeValue, textMap, timestamp, timestampText } from './trace-fields.js';

const SERIALIZATION_FORMAT = 'JSON_FORMAT';

const sourceType = choice({ SOURCE_TYPE_UNSPECIFIED: 0, HUMAN: 1, LLM_JUDGE: 2, CODE: 3 });

export const assessment = z.object({
  assessment_id: optionalText,
  assessment_name: textOrEmpty,
  span_id: optionalText,
  source: z.object({ source_type: sourceType, source_id: optionalText }).nullish(),
  create_time: timestamp,
  last_update_time: timestamp,
  feedback: z.object({ value: freeValue, error: z.object({ error_code: optionalText, error_message: optionalText, stack_trace: optionalText }).nullish() }).nullish(),
  expectation: z.object({ value: freeValue, serialized_value: z.object({ serialization_format: optionalText, value: textOrEmpty }).nullish() }).nullish(),
  issue: z.object({ issue_name: textOrEmpty }).nullish(),
  rationale: optionalText,
  metadata: textMap,
  overrides: optionalText,
});

type AssessmentMessage = z.output<typeof assessment>;

/** A FieldMask: names with commas between them, in either spelling. */
const fieldMask = z
  .union([z.string(), z.object({ paths: z.array(z.string()) }).transform(({ paths }) => paths.join(','))])
  .refine((mask) => mask !== '', 'required')
  .transform((mask) => new Set(mask.split(',').map((path) => path.trim().replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))));

export const createAssessment = z.object({ trace_id: requiredText, assessment });
export const assessmentById = z.object({ trace_id: requiredText, assessment_id: requiredText });
export const updateAssessment = z.object({ trace_id: requiredText, assessment_id: requiredText, assessment, update_mask: fieldMask });

/** Throws INVALID_ARGUMENT for one that is neither feedback nor expectation nor issue. */
export function newAssessment(message: AssessmentMessage): NewAssessment {
  return {
    ...valueOf(message),
    assessmentId: message.assessment_id,
    name: message.assessment_name,
    metadata: message.metadata,
    sourceType: message.source?.source_type ?? 'SOURCE_TYPE_UNSPECIFIED',
    sourceId: message.source?.source_id,
    spanId: message.span_id,
    rationale: message.rationale,
    overrides: message.overrides,
    createTime: message.create_time,
    lastUpdateTime: message.last_update_time,
  };
}

/** What a message and its mask change. Throws INVALID_ARGUMENT. */
export function assessmentChange(message: AssessmentMessage, mask: ReadonlySet<string>): AssessmentChange {
  return {
    name: mask.has('assessment_name') ? message.assessment_name : undefined,
    feedback: mask.has('feedback') ? feedbackOf(message) : undefined,
    expectation: mask.has('expectation') ? { value: expectationOf(message) } : undefined,
    rationale: mask.has('rationale') ? (message.rationale ?? '') : undefined,
    metadata: mask.has('metadata') ? message.metadata : undefined,
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
  if (message.feedback) return { kind: 'feedback', ...feedbackOf(message) };
  if (message.expectation) return { kind: 'expectation', value: expectationOf(message) };
  if (message.issue) return { kind: 'issue', value: { issue_name: message.issue.issue_name } };
  throw new DomainError('INVALID_ARGUMENT', 'Unknown assessment type: None', { field: 'assessment' });
}

function feedbackOf({ feedback }: AssessmentMessage): { value: PythonValue; error?: PythonValue } {
  const { error_code: code, error_message: message, stack_trace: trace } = feedback?.error ?? {};
  const error = { ...(code === undefined ? {} : { error_code: code }), ...(message === undefined ? {} : { error_message: message }), ...(trace === undefined ? {} : { stack_trace: trace }) };
  return { value: feedback?.value ?? null, ...(Object.keys(error).length === 0 ? {} : { error }) };
}

function expectationOf({ expectation }: AssessmentMessage): PythonValue {
  const serialized = expectation?.serialized_value;
  if (!serialized) return expectation?.value ?? null;
  if (serialized.serialization_format !== SERIALIZATION_FORMAT) {
    throw new DomainError('INVALID_ARGUMENT', `Unknown serialization format: ${(serialized.serialization_format ?? '').slice(0, 100)}. Only ${SERIALIZATION_FORMAT} is supported.`, { field: 'serialization_format' });
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

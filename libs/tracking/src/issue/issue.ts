import { DomainError } from '@modelyard/kernel';
import { checkLength } from '../entity-name.js';

export const ISSUE_STATUSES = ['pending', 'rejected', 'resolved'] as const;
export const ISSUE_SEVERITIES = ['not_an_issue', 'low', 'medium', 'high'] as const;
export type IssueStatus = (typeof ISSUE_STATUSES)[number];
export type IssueSeverity = (typeof ISSUE_SEVERITIES)[number];

/** A problem that was found in what an experiment's models answered. */
export interface Issue {
  /** `iss-` and 32 hex digits. */
  readonly id: string;
  /** The id of the wire. */
  readonly experimentId: string;
  readonly name: string;
  readonly description: string;
  readonly status: IssueStatus;
  readonly severity: IssueSeverity | null;
  readonly rootCauses: readonly string[];
  readonly categories: readonly string[];
  readonly sourceRunId: string | null;
  readonly createdBy: string | null;
  /** Milliseconds since the epoch. */
  readonly createdTimestamp: number;
  readonly lastUpdatedTimestamp: number;
  /** How many traces have an assessment that names it; null where nobody asked. */
  readonly traceCount: number | null;
}

const MAX_NAME_LENGTH = 250;
const MAX_TEXT_LENGTH = 100_000;
const MAX_ITEMS = 1000;

export function parseIssueStatus(text: string): IssueStatus {
  return known(ISSUE_STATUSES, text, 'IssueStatus', 'status');
}

export function parseIssueSeverity(text: string): IssueSeverity {
  return known(ISSUE_SEVERITIES, text, 'IssueSeverity', 'severity');
}

/** Throws INVALID_ARGUMENT for texts that are too long. */
export function checkIssue({ name = '', description = '', rootCauses = [], categories = [] }: { name?: string; description?: string; rootCauses?: readonly string[]; categories?: readonly string[] }): void {
  checkLength(name, MAX_NAME_LENGTH, 'name');
  checkLength(description, MAX_TEXT_LENGTH, 'description');
  for (const [field, list] of [['root_causes', rootCauses], ['categories', categories]] as const) {
    if (list.length > MAX_ITEMS) throw new DomainError('INVALID_ARGUMENT', `An issue has at most ${MAX_ITEMS} ${field}.`, { field });
    for (const item of list) checkLength(item, MAX_TEXT_LENGTH, field);
  }
}

/** NOT_FOUND in MLflow's words. */
export function issueNotFound(id: string): DomainError {
  return new DomainError('NOT_FOUND', `Issue with ID '${id.slice(0, 1000)}' not found`);
}

function known<T extends string>(values: readonly T[], text: string, type: string, field: string): T {
  const found = values.find((value) => value === text);
  if (found === undefined) throw new DomainError('INVALID_ARGUMENT', `'${text.slice(0, 200)}' is not a valid ${type}. Use one of: ${values.join(', ')}.`, { field });
  return found;
}

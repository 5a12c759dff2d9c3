import { gql } from 'urql';
import type { Connection, DateTime } from '../../api/types.js';

export interface AuditRow {
  id: string;
  occurredAt: DateTime;
  actorName: string;
  actorKind: string;
  action: string;
  resourceType: string;
  resourceId: string;
  outcome: 'ALLOWED' | 'DENIED';
  requestId: string;
  sourceAddress: string | null;
  details: string;
}

export interface AuditFilter {
  actorName?: string;
  action?: string;
  resourceType?: string;
  resourceId?: string;
}

export const AUDIT_EVENTS = gql<{ auditEvents: Connection<AuditRow> }, { filter: AuditFilter; after?: string | null }>`
  query AuditEvents($filter: AuditFilterInput, $after: String) {
    auditEvents(first: 100, after: $after, filter: $filter) {
      nodes {
        id
        occurredAt
        actorName
        actorKind
        action
        resourceType
        resourceId
        outcome
        requestId
        sourceAddress
        details
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;

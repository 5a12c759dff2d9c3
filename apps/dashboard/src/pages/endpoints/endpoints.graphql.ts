import { gql } from 'urql';
import type { Connection, DateTime, EndpointState } from '../../api/types.js';

export interface EndpointRow {
  id: string;
  name: string;
  state: EndpointState;
  stateReason: string | null;
  createdAt: DateTime;
  activeRevision: { id: string; number: number; modelName: string; modelVersion: string } | null;
  stats: { requestsPerSecond: number; latencyP95Ms: number | null };
}

export const ENDPOINTS = gql<{ project: { id: string; endpoints: Connection<EndpointRow> } }, { after?: string | null }>`
  query Endpoints($after: String) {
    project {
      id
      endpoints(first: 100, after: $after) {
        nodes {
          id
          name
          state
          stateReason
          createdAt
          activeRevision {
            id
            number
            modelName
            modelVersion
          }
          stats {
            requestsPerSecond
            latencyP95Ms
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`;

import { gql } from 'urql';
import type { Condition, DateTime, EndpointState, Long, RevisionState } from '../../api/types.js';

export interface RevisionRow {
  id: string;
  number: number;
  modelName: string;
  modelVersion: string;
  createdAt: DateTime;
  createdBy: string;
  state: RevisionState;
  stateReason: string | null;
  trafficPercent: number;
  replicas: number;
  readyReplicas: number;
  restarts: number;
}

export interface EndpointDetails {
  id: string;
  name: string;
  url: string;
  createdAt: DateTime;
  state: EndpointState;
  stateReason: string | null;
  conditions: Condition[];
  target: { id: string; name: string; kind: string; isolation: string; isolationNote: string };
  stats: { requests: Long; errors: Long; requestsPerSecond: number; latencyP50Ms: number | null; latencyP95Ms: number | null; latencyP99Ms: number | null };
  activeRevision: { id: string; number: number; version: { id: string; model: { inputExample: string | null; signatureInputs: string | null } | null } | null } | null;
  previousRevision: { id: string; number: number; modelName: string; modelVersion: string } | null;
  revisions: { nodes: RevisionRow[] };
}

export const ENDPOINT = gql<{ endpoint: EndpointDetails }, { name: string }>`
  query Endpoint($name: String!) {
    endpoint(name: $name) {
      id
      name
      url
      createdAt
      state
      stateReason
      conditions {
        type
        status
        reason
        message
        changedAt
      }
      target {
        id
        name
        kind
        isolation
        isolationNote
      }
      stats {
        requests
        errors
        requestsPerSecond
        latencyP50Ms
        latencyP95Ms
        latencyP99Ms
      }
      activeRevision {
        id
        number
        version {
          id
          model {
            inputExample
            signatureInputs
          }
        }
      }
      previousRevision {
        id
        number
        modelName
        modelVersion
      }
      revisions(first: 20) {
        nodes {
          id
          number
          modelName
          modelVersion
          createdAt
          createdBy
          state
          stateReason
          trafficPercent
          replicas
          readyReplicas
          restarts
        }
      }
    }
  }
`;

export const ROLL_BACK = gql<{ rollBackEndpoint: { endpoint: { id: string; name: string } } }, { input: { endpoint: string; toRevision: number } }>`
  mutation RollBack($input: RollBackEndpointInput!) {
    rollBackEndpoint(input: $input) {
      endpoint {
        id
        name
      }
    }
  }
`;

export const DELETE_ENDPOINT = gql<{ deleteEndpoint: { endpoint: { id: string; name: string } } }, { input: { endpoint: string } }>`
  mutation DeleteEndpoint($input: DeleteEndpointInput!) {
    deleteEndpoint(input: $input) {
      endpoint {
        id
        name
      }
    }
  }
`;

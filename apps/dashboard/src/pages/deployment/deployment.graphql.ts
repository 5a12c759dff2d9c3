import { gql } from 'urql';
import type { Connection, DeploymentStep, EndpointState, LogLine, RevisionState } from '../../api/types.js';

export interface ProgressRevision {
  id: string;
  number: number;
  modelName: string;
  modelVersion: string;
  state: RevisionState;
  stateReason: string | null;
  trafficPercent: number;
  replicas: number;
  readyReplicas: number;
  restarts: number;
  steps: DeploymentStep[];
}

export const NEWEST_REVISION = gql<{ endpoint: { id: string; name: string; state: EndpointState; revisions: { nodes: (ProgressRevision & { logs: Connection<LogLine> })[] } } }, { name: string; after: string | null }>`
  query NewestRevision($name: String!, $after: String) {
    endpoint(name: $name) {
      id
      name
      state
      revisions(first: 1) {
        nodes {
          id
          number
          modelName
          modelVersion
          state
          stateReason
          trafficPercent
          replicas
          readyReplicas
          restarts
          steps {
            name
            state
            message
            startedAt
            finishedAt
            durationMs
          }
          logs(first: 200, after: $after) {
            nodes {
              sequence
              time
              stream
              text
              step
            }
            pageInfo {
              hasNextPage
              endCursor
            }
          }
        }
      }
    }
  }
`;

export const DEPLOYMENT_PROGRESS = gql<{ deploymentProgress: { endpoint: { id: string; state: EndpointState }; revision: ProgressRevision | null; logLines: LogLine[] } }, { endpoint: string }>`
  subscription DeploymentProgress($endpoint: String!) {
    deploymentProgress(endpoint: $endpoint) {
      endpoint {
        id
        state
      }
      revision {
        id
        number
        modelName
        modelVersion
        state
        stateReason
        trafficPercent
        replicas
        readyReplicas
        restarts
        steps {
          name
          state
          message
          startedAt
          finishedAt
          durationMs
        }
      }
      logLines {
        sequence
        time
        stream
        text
        step
      }
    }
  }
`;

export interface DeployPlanData {
  endpoint: { id: string; name: string; activeRevision: { id: string; number: number; modelName: string; modelVersion: string } | null; revisions: { nodes: { id: string; number: number }[] } };
}

export const DEPLOY_PLAN = gql<DeployPlanData, { name: string }>`
  query DeployPlan($name: String!) {
    endpoint(name: $name) {
      id
      name
      activeRevision {
        id
        number
        modelName
        modelVersion
      }
      revisions(first: 1) {
        nodes {
          id
          number
        }
      }
    }
  }
`;

export const DEPLOY = gql<{ deployModelVersion: { endpoint: { id: string; name: string }; revision: { id: string; number: number } } }, { input: { name: string; version: string; endpoint: string; replicas: number } }>`
  mutation Deploy($input: DeployModelVersionInput!) {
    deployModelVersion(input: $input) {
      endpoint {
        id
        name
      }
      revision {
        id
        number
      }
    }
  }
`;

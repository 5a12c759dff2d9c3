import { gql } from 'urql';
import type { Connection, DateTime, KeyValue, LifecycleStage, Long, Metric, RunStatus } from '../../api/types.js';

export const EXPERIMENT = gql<{ experiment: { id: string; experimentId: string; name: string; lifecycleStage: LifecycleStage; artifactLocation: string } }, { id: string }>`
  query Experiment($id: String!) {
    experiment(id: $id) {
      id
      experimentId
      name
      lifecycleStage
      artifactLocation
    }
  }
`;

export interface RunRow {
  id: string;
  runId: string;
  name: string;
  status: RunStatus;
  userName: string;
  startedAt: DateTime | null;
  durationMs: Long | null;
  metrics: Pick<Metric, 'key' | 'value' | 'valueText'>[];
  params: KeyValue[];
  tags: KeyValue[];
}

export interface RunsVariables {
  experimentIds: string[];
  filter: string | null;
  orderBy: string[] | null;
  metrics: string[];
  params: string[];
  tags: string[];
  after?: string | null;
}

export const RUNS = gql<{ runs: Connection<RunRow> }, RunsVariables>`
  query Runs($experimentIds: [String!]!, $filter: String, $orderBy: [String!], $metrics: [String!]!, $params: [String!]!, $tags: [String!]!, $after: String) {
    runs(experimentIds: $experimentIds, filter: $filter, orderBy: $orderBy, first: 200, after: $after) {
      nodes {
        id
        runId
        name
        status
        userName
        startedAt
        durationMs
        metrics(keys: $metrics) {
          key
          value
          valueText
        }
        params(keys: $params) {
          key
          value
        }
        tags(keys: $tags) {
          key
          value
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;

export interface RunColumnsData {
  runColumns: { metrics: string[]; params: string[]; tags: string[] };
}

export const RUN_COLUMNS = gql<RunColumnsData, { experimentIds: string[] }>`
  query RunColumns($experimentIds: [String!]!) {
    runColumns(experimentIds: $experimentIds) {
      metrics
      params
      tags
    }
  }
`;

export interface ComparedRun {
  id: string;
  runId: string;
  name: string;
  status: RunStatus;
  startedAt: DateTime | null;
  durationMs: Long | null;
  userName: string;
  metrics: Pick<Metric, 'key' | 'value' | 'valueText'>[];
  params: KeyValue[];
}

export const COMPARED_RUN = gql<{ run: ComparedRun }, { id: string }>`
  query ComparedRun($id: String!) {
    run(id: $id) {
      id
      runId
      name
      status
      startedAt
      durationMs
      userName
      metrics {
        key
        value
        valueText
      }
      params {
        key
        value
      }
    }
  }
`;

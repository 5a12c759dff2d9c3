import { gql } from 'urql';
import type { Connection, DateTime, KeyValue, LifecycleStage } from '../../api/types.js';

export interface ExperimentRow {
  id: string;
  experimentId: string;
  name: string;
  lifecycleStage: LifecycleStage;
  createdAt: DateTime;
  updatedAt: DateTime;
  tags: KeyValue[];
}

export const EXPERIMENTS = gql<{ project: { id: string; experiments: Connection<ExperimentRow> } }, { filter?: string | null; after?: string | null }>`
  query Experiments($filter: String, $after: String) {
    project {
      id
      experiments(first: 100, after: $after, filter: $filter, orderBy: ["last_update_time DESC"]) {
        nodes {
          id
          experimentId
          name
          lifecycleStage
          createdAt
          updatedAt
          tags {
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
  }
`;

export const CREATE_EXPERIMENT = gql<{ createExperiment: { experiment: { id: string; experimentId: string; name: string } } }, { input: { name: string } }>`
  mutation CreateExperiment($input: CreateExperimentInput!) {
    createExperiment(input: $input) {
      experiment {
        id
        experimentId
        name
      }
    }
  }
`;

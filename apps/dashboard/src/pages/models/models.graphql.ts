import { gql } from 'urql';
import type { Connection, DateTime, ModelAlias } from '../../api/types.js';

export interface ModelRow {
  id: string;
  name: string;
  description: string;
  updatedAt: DateTime;
  aliases: ModelAlias[];
  latestVersion: { id: string; version: string } | null;
}

export const MODELS = gql<{ project: { id: string; registeredModels: Connection<ModelRow> } }, { filter?: string | null; after?: string | null }>`
  query Models($filter: String, $after: String) {
    project {
      id
      registeredModels(first: 100, after: $after, filter: $filter) {
        nodes {
          id
          name
          description
          updatedAt
          aliases {
            alias
            version
          }
          latestVersion {
            id
            version
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

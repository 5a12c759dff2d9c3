import { gql } from 'urql';
import type { Connection, DateTime, EndpointState, KeyValue } from '../../api/types.js';

export interface VersionRow {
  id: string;
  version: string;
  description: string;
  createdAt: DateTime;
  status: string;
  userName: string | null;
  runId: string | null;
  aliases: string[];
}

export interface AliasChange {
  id: string;
  alias: string;
  fromVersion: string | null;
  toVersion: string | null;
  changedBy: string;
  changedAt: DateTime;
}

export interface ModelDetails {
  id: string;
  name: string;
  description: string;
  createdAt: DateTime;
  updatedAt: DateTime;
  tags: KeyValue[];
  versions: Connection<VersionRow>;
  aliasHistory: Connection<AliasChange>;
  endpoints: { id: string; name: string; state: EndpointState; activeRevision: { id: string; modelVersion: string } | null }[];
}

export const MODEL = gql<{ registeredModel: ModelDetails }, { name: string }>`
  query Model($name: String!) {
    registeredModel(name: $name) {
      id
      name
      description
      createdAt
      updatedAt
      tags {
        key
        value
      }
      versions(first: 100) {
        nodes {
          id
          version
          description
          createdAt
          status
          userName
          runId
          aliases
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
      aliasHistory(first: 50) {
        nodes {
          id
          alias
          fromVersion
          toVersion
          changedBy
          changedAt
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
      endpoints {
        id
        name
        state
        activeRevision {
          id
          modelVersion
        }
      }
    }
  }
`;

export const UPDATE_MODEL = gql<{ updateRegisteredModel: { registeredModel: { id: string; description: string } } }, { input: { name: string; description: string } }>`
  mutation UpdateModel($input: DescribeRegisteredModelInput!) {
    updateRegisteredModel(input: $input) {
      registeredModel {
        id
        description
      }
    }
  }
`;

import { gql } from 'urql';
import type { DateTime } from '../../api/types.js';

export interface LoggedModelDetails {
  id: string;
  modelId: string;
  name: string;
  status: string;
  modelType: string | null;
  createdAt: DateTime;
  experimentId: string;
  sourceRunId: string | null;
}

export const LOGGED_MODEL = gql<{ loggedModel: LoggedModelDetails }, { id: string }>`
  query LoggedModel($id: String!) {
    loggedModel(id: $id) {
      id
      modelId
      name
      status
      modelType
      createdAt
      experimentId
      sourceRunId
    }
  }
`;

import { gql } from 'urql';
import type { DatasetInput, DateTime, RevisionState, RunStatus } from '../../api/types.js';

export interface ProvenanceData {
  provenance: {
    id: string;
    predictedAt: DateTime;
    endpoint: { id: string; name: string };
    revision: { id: string; number: number; state: RevisionState; createdBy: string; createdAt: DateTime };
    modelVersion: { id: string; name: string; version: string; createdAt: DateTime; aliases: string[] } | null;
    run: { id: string; runId: string; name: string; status: RunStatus; userName: string; startedAt: DateTime | null } | null;
    datasets: DatasetInput[];
    sourceCommit: string | null;
  };
}

export const PROVENANCE = gql<ProvenanceData, { id: string }>`
  query Provenance($id: String!) {
    provenance(id: $id) {
      id
      predictedAt
      endpoint {
        id
        name
      }
      revision {
        id
        number
        state
        createdBy
        createdAt
      }
      modelVersion {
        id
        name
        version
        createdAt
        aliases
      }
      run {
        id
        runId
        name
        status
        userName
        startedAt
      }
      datasets {
        name
        digest
        sourceType
        source
        context
        schema
        profile
      }
      sourceCommit
    }
  }
`;

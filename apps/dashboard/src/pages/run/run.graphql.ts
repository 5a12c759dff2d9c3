import { gql } from 'urql';
import type { Artifact, DatasetInput, DateTime, KeyValue, LifecycleStage, Long, Metric, RunStatus } from '../../api/types.js';

export interface RunDetails {
  id: string;
  runId: string;
  experimentId: string;
  name: string;
  status: RunStatus;
  lifecycleStage: LifecycleStage;
  userName: string;
  startedAt: DateTime | null;
  endedAt: DateTime | null;
  durationMs: Long | null;
  artifactUri: string;
  sourceName: string | null;
  sourceCommit: string | null;
  parentRunId: string | null;
  metrics: Metric[];
  params: KeyValue[];
  tags: KeyValue[];
  datasets: DatasetInput[];
  loggedModels: { id: string; modelId: string; name: string; status: string; modelType: string | null; createdAt: DateTime }[];
}

export const RUN = gql<{ run: RunDetails }, { id: string }>`
  query Run($id: String!) {
    run(id: $id) {
      id
      runId
      experimentId
      name
      status
      lifecycleStage
      userName
      startedAt
      endedAt
      durationMs
      artifactUri
      sourceName
      sourceCommit
      parentRunId
      metrics {
        key
        value
        valueText
        step
        timestamp
      }
      params {
        key
        value
      }
      tags {
        key
        value
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
      loggedModels {
        id
        modelId
        name
        status
        modelType
        createdAt
      }
    }
  }
`;

export interface RunModelsData {
  run: {
    id: string;
    modelVersions: { id: string; name: string; version: string; status: string; aliases: string[]; createdAt: DateTime }[];
    childRuns: { nodes: { id: string; runId: string; name: string; status: RunStatus; startedAt: DateTime | null; durationMs: Long | null }[] };
  };
}

export const RUN_MODELS = gql<RunModelsData, { id: string }>`
  query RunModels($id: String!) {
    run(id: $id) {
      id
      modelVersions {
        id
        name
        version
        status
        aliases
        createdAt
      }
      childRuns(first: 50) {
        nodes {
          id
          runId
          name
          status
          startedAt
          durationMs
        }
      }
    }
  }
`;

export const RUN_ARTIFACTS = gql<{ run: { id: string; artifacts: Artifact[] } }, { id: string; path: string | null }>`
  query RunArtifacts($id: String!, $path: String) {
    run(id: $id) {
      id
      artifacts(path: $path) {
        path
        name
        isDirectory
        sizeBytes
        url
      }
    }
  }
`;

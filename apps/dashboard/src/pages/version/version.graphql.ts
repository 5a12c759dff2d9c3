import { gql } from 'urql';
import type { Artifact, DatasetInput, DateTime, KeyValue, Long, ModelAlias, RunStatus } from '../../api/types.js';

export interface ModelContents {
  flavors: string[];
  signatureInputs: string | null;
  signatureOutputs: string | null;
  inputExample: string | null;
  requirements: string[];
  sizeBytes: Long | null;
}

export interface VersionDetails {
  id: string;
  name: string;
  version: string;
  description: string;
  createdAt: DateTime;
  status: string;
  source: string;
  runId: string | null;
  loggedModelId: string | null;
  userName: string | null;
  tags: KeyValue[];
  aliases: string[];
  run: { id: string; runId: string; name: string; status: RunStatus; sourceCommit: string | null; datasets: DatasetInput[] } | null;
  model: ModelContents | null;
}

export interface VersionData {
  registeredModel: {
    id: string;
    name: string;
    aliases: ModelAlias[];
    endpoints: { id: string; name: string; activeRevision: { id: string; modelVersion: string; trafficPercent: number } | null }[];
  };
  modelVersion: VersionDetails;
}

export const VERSION = gql<VersionData, { name: string; version: string }>`
  query Version($name: String!, $version: String!) {
    registeredModel(name: $name) {
      id
      name
      aliases {
        alias
        version
      }
      endpoints {
        id
        name
        activeRevision {
          id
          modelVersion
          trafficPercent
        }
      }
    }
    modelVersion(name: $name, version: $version) {
      id
      name
      version
      description
      createdAt
      status
      source
      runId
      loggedModelId
      userName
      tags {
        key
        value
      }
      aliases
      run {
        id
        runId
        name
        status
        sourceCommit
        datasets {
          name
          digest
          sourceType
          source
          context
          schema
          profile
        }
      }
      model {
        flavors
        signatureInputs
        signatureOutputs
        inputExample
        requirements
        sizeBytes
      }
    }
  }
`;

export const VERSION_ARTIFACTS = gql<{ modelVersion: { id: string; artifacts: Artifact[] } }, { name: string; version: string; path: string | null }>`
  query VersionArtifacts($name: String!, $version: String!, $path: String) {
    modelVersion(name: $name, version: $version) {
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

interface AliasPayload {
  registeredModel: { id: string; aliases: ModelAlias[] };
}

export const SET_ALIAS = gql<{ setModelAlias: AliasPayload }, { input: { name: string; alias: string; version: number } }>`
  mutation SetAlias($input: SetModelAliasInput!) {
    setModelAlias(input: $input) {
      registeredModel {
        id
        aliases {
          alias
          version
        }
      }
    }
  }
`;

export const DELETE_ALIAS = gql<{ deleteModelAlias: AliasPayload }, { input: { name: string; alias: string } }>`
  mutation DeleteAlias($input: ModelAliasInput!) {
    deleteModelAlias(input: $input) {
      registeredModel {
        id
        aliases {
          alias
          version
        }
      }
    }
  }
`;

import { gql } from 'urql';
import type { DateTime } from '../../api/types.js';

export interface TokenRow {
  id: string;
  name: string;
  scopes: string[];
  createdAt: DateTime;
  expiresAt: DateTime | null;
  lastUsedAt: DateTime | null;
  revokedAt: DateTime | null;
}

export const TOKENS = gql<{ tokens: TokenRow[] }, Record<string, never>>`
  query Tokens {
    tokens {
      id
      name
      scopes
      createdAt
      expiresAt
      lastUsedAt
      revokedAt
    }
  }
`;

export const CREATE_TOKEN = gql<{ createToken: { token: { id: string }; text: string } }, { input: { name: string; expiresInDays: number } }>`
  mutation CreateToken($input: CreateTokenInput!) {
    createToken(input: $input) {
      token {
        id
      }
      text
    }
  }
`;

export const REVOKE_TOKEN = gql<{ revokeToken: { token: { id: string; revokedAt: DateTime | null } } }, { input: { id: string } }>`
  mutation RevokeToken($input: RevokeTokenInput!) {
    revokeToken(input: $input) {
      token {
        id
        revokedAt
      }
    }
  }
`;

export interface ProjectRow {
  id: string;
  name: string;
  description: string;
  isDefault: boolean;
  createdAt: DateTime;
  trackingUri: string;
}

export const PROJECTS = gql<{ organization: { id: string; projects: ProjectRow[] } }, Record<string, never>>`
  query Projects {
    organization {
      id
      projects {
        id
        name
        description
        isDefault
        createdAt
        trackingUri
      }
    }
  }
`;

export const CREATE_PROJECT = gql<{ createProject: { project: { id: string; name: string } } }, { input: { name: string; description: string } }>`
  mutation CreateProject($input: CreateProjectInput!) {
    createProject(input: $input) {
      project {
        id
        name
      }
    }
  }
`;

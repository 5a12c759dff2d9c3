import { gql } from 'urql';

export interface ShellData {
  viewer: { name: string; kind: string; authMode: 'LOCAL' | 'REQUIRED'; permissions: string[]; organization: { id: string; slug: string; name: string; trackingUri: string; projects: { id: string; name: string }[] } };
  organizations: { id: string; slug: string; name: string }[];
  project: { id: string; name: string; trackingUri: string };
}

export const SHELL = gql<ShellData, Record<string, never>>`
  query Shell {
    viewer {
      name
      kind
      authMode
      permissions
      organization {
        id
        slug
        name
        trackingUri
        projects {
          id
          name
        }
      }
    }
    organizations {
      id
      slug
      name
    }
    project {
      id
      name
      trackingUri
    }
  }
`;

export interface PaletteData {
  project: {
    id: string;
    experiments: { nodes: { id: string; experimentId: string; name: string }[] };
    registeredModels: { nodes: { id: string; name: string }[] };
    endpoints: { nodes: { id: string; name: string }[] };
  };
}

export const PALETTE = gql<PaletteData, Record<string, never>>`
  query Palette {
    project {
      id
      experiments(first: 200) {
        nodes {
          id
          experimentId
          name
        }
      }
      registeredModels(first: 200) {
        nodes {
          id
          name
        }
      }
      endpoints(first: 200) {
        nodes {
          id
          name
        }
      }
    }
  }
`;

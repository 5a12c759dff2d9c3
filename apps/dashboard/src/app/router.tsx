import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { PageFault, PageNotFound, PagePending } from './page-states.js';
import { parseSearch, searchKeys, stringifySearch } from './search-state.js';
import { Shell } from './shell.js';

const root = createRootRoute({ component: Shell, notFoundComponent: PageNotFound });

const routes = [
  createRoute({
    getParentRoute: () => root,
    path: '/',
    beforeLoad: () => {
      throw redirect({ to: '/experiments', replace: true });
    },
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/experiments',
    validateSearch: searchKeys('q'),
    component: lazyRouteComponent(() => import('../pages/experiments/experiments-page.js'), 'ExperimentsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/experiments/$experimentId',
    validateSearch: searchKeys('q', 'sort', 'cols', 'sel', 'hide', 'view', 'axis', 'smooth', 'log', 'keys'),
    component: lazyRouteComponent(() => import('../pages/experiment/experiment-page.js'), 'ExperimentPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/experiments/$experimentId/models/$modelId',
    component: lazyRouteComponent(() => import('../pages/logged-model/logged-model-page.js'), 'LoggedModelPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/runs/$runId',
    validateSearch: searchKeys('tab', 'path', 'axis', 'smooth', 'log', 'keys'),
    component: lazyRouteComponent(() => import('../pages/run/run-page.js'), 'RunPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/models',
    validateSearch: searchKeys('q'),
    component: lazyRouteComponent(() => import('../pages/models/models-page.js'), 'ModelsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/models/$name',
    component: lazyRouteComponent(() => import('../pages/model/model-page.js'), 'ModelPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/models/$name/versions/$version',
    validateSearch: searchKeys('deploy'),
    component: lazyRouteComponent(() => import('../pages/version/version-page.js'), 'VersionPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/endpoints',
    component: lazyRouteComponent(() => import('../pages/endpoints/endpoints-page.js'), 'EndpointsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/endpoints/$name',
    component: lazyRouteComponent(() => import('../pages/endpoint/endpoint-page.js'), 'EndpointPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/governance',
    validateSearch: searchKeys('actor', 'action', 'type', 'resource'),
    component: lazyRouteComponent(() => import('../pages/governance/governance-page.js'), 'GovernancePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/settings',
    validateSearch: searchKeys('tab'),
    component: lazyRouteComponent(() => import('../pages/settings/settings-page.js'), 'SettingsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/provenance/$id',
    component: lazyRouteComponent(() => import('../pages/provenance/provenance-page.js'), 'ProvenancePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/login',
    beforeLoad: () => {
      throw redirect({ to: '/experiments', replace: true });
    },
  }),
] as const;

const routeTree = root.addChildren(routes);

/** The router of the pages below a tenant prefix. */
export function createAppRouter(prefix: string) {
  return createRouter({
    routeTree,
    basepath: prefix === '' ? '/' : prefix,
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultPendingComponent: PagePending,
    defaultErrorComponent: PageFault,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}

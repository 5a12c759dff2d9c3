import { Tabs } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import { useQuery } from 'urql';
import { useSession } from '../../app/session.js';
import { readList } from '../../app/search-state.js';
import { ChartBoard } from '../../charts/chart-board.js';
import { useLiveRuns } from '../../charts/use-live-runs.js';
import { CopyId } from '../../ui/copy-id.js';
import { Page } from '../../ui/page.js';
import { QueryMenu } from '../../ui/query-menu.js';
import { BlockSkeleton, EmptyState, Loaded } from '../../ui/states.js';
import { Status } from '../../ui/status.js';
import { ArtifactBrowser } from '../../ui/artifacts/artifact-browser.js';
import { RunModels } from './run-models.js';
import { RunOverview } from './run-overview.js';
import { RUN, RUN_ARTIFACTS } from './run.graphql.js';

const route = getRouteApi('/runs/$runId');
const TABS = ['overview', 'metrics', 'artifacts', 'models'] as const;

export function RunPage() {
  const { runId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { project } = useSession();
  const [result, reload] = useQuery({ query: RUN, variables: { id: runId } });
  const run = result.data?.run;
  const running = useMemo(() => (run?.status === 'RUNNING' ? [run.runId] : []), [run?.status, run?.runId]);
  useLiveRuns(running, () => reload({ requestPolicy: 'network-only' }));
  const tab = TABS.find((name) => name === search.tab) ?? 'overview';
  const set = (change: Partial<typeof search>, replace = true) => void navigate({ search: (before) => ({ ...before, ...change }), replace });
  const crumbs = useMemo(
    () => [
      { label: 'Experiments', link: { to: '/experiments' as const } },
      ...(run === undefined ? [] : [{ label: `Experiment ${run.experimentId}`, link: { to: '/experiments/$experimentId' as const, params: { experimentId: run.experimentId } } }]),
    ],
    [run?.experimentId],
  );
  const keys = run?.metrics.map(({ key }) => key) ?? [];
  useEffect(() => window.scrollTo(0, 0), [runId]);

  return (
    <Page
      title={run?.name ?? 'Run'}
      crumbs={crumbs}
      aside={
        <>
          {run === undefined ? null : <Status state={run.status} />}
          <CopyId id={runId} label="Copy run id" />
          {run?.lifecycleStage === 'DELETED' ? <span className="soft">deleted</span> : null}
        </>
      }
      actions={<QueryMenu document={RUN} variables={{ id: runId }} python={`import mlflow\nmlflow.set_tracking_uri("${project.trackingUri}")\nmlflow.get_run("${runId}")`} />}
    >
      <Tabs value={tab} onChange={(value) => set({ tab: value === 'overview' || value === null ? undefined : value, path: undefined }, false)} keepMounted={false}>
        <Tabs.List mb={16}>
          <Tabs.Tab value="overview">Overview</Tabs.Tab>
          <Tabs.Tab value="metrics">Metrics{keys.length > 0 ? ` (${keys.length})` : ''}</Tabs.Tab>
          <Tabs.Tab value="artifacts">Artifacts</Tabs.Tab>
          <Tabs.Tab value="models">Models</Tabs.Tab>
        </Tabs.List>
        <Loaded result={result} onRetry={() => reload({ requestPolicy: 'network-only' })} skeleton={<BlockSkeleton height={360} />}>
          {(data) => (
            <>
              <Tabs.Panel value="overview">
                <RunOverview run={data.run} />
              </Tabs.Panel>
              <Tabs.Panel value="metrics">
                {keys.length === 0 ? (
                  <EmptyState title="No metrics yet">
                    <p>
                      They appear with the first <code>mlflow.log_metric(key, value, step=n)</code>, while the run runs.
                    </p>
                  </EmptyState>
                ) : (
                  <ChartBoard runIds={[data.run.runId]} keys={search.keys === undefined ? keys.slice(0, 30) : readList(search.keys)} search={search} onSearch={set} />
                )}
              </Tabs.Panel>
              <Tabs.Panel value="artifacts">
                <ArtifactBrowser document={RUN_ARTIFACTS} variables={{ id: runId }} read={(found) => found.run.artifacts} selected={search.path ?? null} onSelect={(path) => set({ path })} />
              </Tabs.Panel>
              <Tabs.Panel value="models">
                <RunModels run={data.run} />
              </Tabs.Panel>
            </>
          )}
        </Loaded>
      </Tabs>
    </Page>
  );
}

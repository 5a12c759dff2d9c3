import { ActionIcon, SegmentedControl, Tooltip } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import { useQuery } from 'urql';
import { toApiError } from '../../api/api-error.js';
import { usePages } from '../../api/use-pages.js';
import { readList, writeList } from '../../app/search-state.js';
import { useSession } from '../../app/session.js';
import { ChartBoard } from '../../charts/chart-board.js';
import { Page } from '../../ui/page.js';
import { QueryMenu } from '../../ui/query-menu.js';
import { Snippet } from '../../ui/snippet.js';
import { EmptyState, ErrorState, TableSkeleton } from '../../ui/states.js';
import { logRunSnippet, searchRunsSnippet } from '../../ui/teaching-snippets.js';
import { ColumnPicker } from './column-picker.js';
import { ComparePanel } from './compare-panel.js';
import classes from './experiment.module.css';
import { EXPERIMENT, RUN_COLUMNS, RUNS } from './experiment.graphql.js';
import { FilterInput } from './filter-input.js';
import { columnId, defaultColumns, filterName, nextSort, orderByClause, parseColumn, parseSort, type RunColumn } from './run-columns.js';
import { RunsTable } from './runs-table.js';

const route = getRouteApi('/experiments/$experimentId');
const CRUMBS = [{ label: 'Experiments', link: { to: '/experiments' } }] as const;
const REFRESH_MS = 5_000;
const MAX_CHART_RUNS = 10;
const UNSELECTED_CHART_RUNS = 6;
const NO_COLUMNS = { metrics: [], params: [], tags: [] };
const ATTRIBUTES = ['status', 'run_name', 'user_id', 'start_time', 'end_time', 'run_id'];

export function ExperimentPage() {
  const { experimentId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { project } = useSession();
  const [experiment, reload] = useQuery({ query: EXPERIMENT, variables: { id: experimentId } });
  const [known, reloadColumns] = useQuery({ query: RUN_COLUMNS, variables: { experimentIds: [experimentId] } });
  const keys = known.data?.runColumns ?? NO_COLUMNS;
  const columns = useMemo(() => (search.cols === undefined ? defaultColumns(keys) : readList(search.cols).flatMap((id) => parseColumn(id) ?? [])), [search.cols, keys]);
  const sort = parseSort(search.sort);
  const keysOf = (kind: RunColumn['kind']) => columns.filter((column) => column.kind === kind).map(({ key }) => key);
  const variables = { experimentIds: [experimentId], filter: search.q ?? null, orderBy: sort === null ? null : [orderByClause(sort)], metrics: keysOf('metrics'), params: keysOf('params'), tags: keysOf('tags') };
  const runs = usePages({ document: RUNS, variables, connection: (data) => data.runs, keyOf: (row) => row.runId, pause: known.fetching && known.data === undefined });
  const set = (change: Partial<typeof search>) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true });

  const someRun = runs.nodes.some(({ status }) => status === 'RUNNING');
  useEffect(() => {
    if (!someRun) return;
    const timer = setInterval(runs.refresh, REFRESH_MS);
    return () => clearInterval(timer);
  }, [someRun, runs.refresh]);

  const selected = useMemo(() => new Set(readList(search.sel)), [search.sel]);
  const hidden = useMemo(() => new Set(readList(search.hide)), [search.hide]);
  const toggle = (name: 'sel' | 'hide', of: ReadonlySet<string>) => (id: string) => set({ [name]: writeList(of.has(id) ? [...of].filter((each) => each !== id) : [...of, id]) });
  const chosen = selected.size > 0 ? [...selected] : runs.nodes.slice(0, UNSELECTED_CHART_RUNS).map(({ runId }) => runId);
  const charted = chosen.filter((id) => !hidden.has(id)).slice(0, MAX_CHART_RUNS);
  const chartKeys = search.keys === undefined ? keys.metrics.slice(0, 12) : readList(search.keys);
  const view = search.view === 'charts' || search.view === 'compare' ? search.view : 'table';
  const filterError = runs.error === undefined ? null : toApiError(runs.error);
  const isFilterFault = filterError?.code === 'INVALID_ARGUMENT' && search.q !== undefined;
  const title = experiment.data?.experiment.name ?? `Experiment ${experimentId}`;
  const names = useMemo(
    () => [...keys.metrics.map((key) => filterName('metrics', key)), ...keys.params.map((key) => filterName('params', key)), ...ATTRIBUTES.map((key) => `attributes.${key}`), ...keys.tags.map((key) => filterName('tags', key))],
    [keys],
  );
  const isEmpty = runs.settled && runs.error === undefined && runs.nodes.length === 0;

  return (
    <Page
      title={title}
      crumbs={CRUMBS}
      full
      aside={<span className="soft">id {experimentId}</span>}
      actions={
        <>
          <SegmentedControl
            size="xs"
            aria-label="View"
            value={view}
            onChange={(value) => set({ view: value === 'table' ? undefined : value })}
            data={[
              { value: 'table', label: 'Table' },
              { value: 'charts', label: 'Charts' },
              { value: 'compare', label: selected.size > 0 ? `Compare ${selected.size}` : 'Compare' },
            ]}
          />
          <Tooltip label="Refresh">
            <ActionIcon
              aria-label="Refresh"
              onClick={() => {
                runs.restart();
                reloadColumns({ requestPolicy: 'network-only' });
              }}
            >
              <IconRefresh size={16} />
            </ActionIcon>
          </Tooltip>
          <QueryMenu document={RUNS} variables={variables} python={searchRunsSnippet(project.trackingUri, experimentId, search.q ?? '')} />
        </>
      }
    >
      {experiment.error === undefined ? (
        <>
          <div className={classes.toolbar}>
            <FilterInput value={search.q ?? ''} names={names} error={isFilterFault ? filterError : null} onSubmit={(filter) => set({ q: filter === '' ? undefined : filter })} />
            <ColumnPicker known={keys} chosen={columns} onChange={(next) => set({ cols: writeList(next.map(columnId)) ?? 'none' })} />
          </div>
          {runs.error === undefined || isFilterFault ? null : <ErrorState error={runs.error} onRetry={runs.restart} />}
          {isFilterFault ? (
            <EmptyState title="How to filter">
              <p>
                MLflow's search language. Join clauses with <code>and</code>; press Tab to complete a name.
              </p>
              <Snippet title="Examples" code={"metrics.accuracy > 0.9 and params.optimizer = 'adam'\nattributes.status = 'FINISHED' and tags.team ILIKE '%core%'\nmetrics.`val/loss` < 0.1"} />
            </EmptyState>
          ) : null}
          {!runs.settled && runs.nodes.length === 0 ? <TableSkeleton rows={14} rowHeight={34} /> : null}
          {isEmpty && search.q !== undefined ? (
            <EmptyState title="No run matches">
              <p>Change the filter, or clear it to see all runs of this experiment.</p>
            </EmptyState>
          ) : null}
          {isEmpty && search.q === undefined ? (
            <EmptyState title="No runs yet">
              <p>Paste this to log one here. It shows up while it runs.</p>
              <Snippet title="Python" code={logRunSnippet(project.trackingUri, title)} />
            </EmptyState>
          ) : null}
          {runs.nodes.length > 0 ? (
            <div className={classes.split} data-panel={view !== 'table'}>
              <RunsTable
                rows={runs.nodes}
                columns={columns}
                sort={sort}
                selected={selected}
                hidden={hidden}
                compact={view !== 'table'}
                hasMore={runs.hasMore}
                loading={runs.loading}
                onSort={(column) => set({ sort: nextSort(sort, column) })}
                onSelect={toggle('sel', selected)}
                onToggleEye={toggle('hide', hidden)}
                onLoadMore={runs.loadMore}
              />
              {view === 'charts' ? (
                <section className={classes.panel} aria-label="Charts" tabIndex={0}>
                  <p className={classes.note}>{selected.size > 0 ? `${charted.length} selected runs.` : `The first ${charted.length} runs. Tick runs to choose others; the eye hides one.`}</p>
                  <ChartBoard runIds={charted} keys={chartKeys} search={search} onSearch={set} />
                </section>
              ) : null}
              {view === 'compare' ? (
                <section className={classes.panel} aria-label="Compare" tabIndex={0}>
                  <ComparePanel runIds={[...selected].slice(0, MAX_CHART_RUNS)} />
                </section>
              ) : null}
            </div>
          ) : null}
        </>
      ) : (
        <ErrorState error={experiment.error} onRetry={() => reload({ requestPolicy: 'network-only' })} />
      )}
    </Page>
  );
}

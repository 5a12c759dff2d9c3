import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { usePages } from '../../api/use-pages.js';
import { useSession } from '../../app/session.js';
import { nameFilter, NameSearch } from '../../ui/name-search.js';
import { Page } from '../../ui/page.js';
import { QueryMenu } from '../../ui/query-menu.js';
import { Snippet } from '../../ui/snippet.js';
import { EmptyState, ErrorState, TableSkeleton } from '../../ui/states.js';
import { MoreButton, Table, tableClasses } from '../../ui/table.js';
import { logRunSnippet } from '../../ui/teaching-snippets.js';
import { Time } from '../../ui/time.js';
import { EXPERIMENTS, type ExperimentRow } from './experiments.graphql.js';
import { NewExperiment } from './new-experiment.js';

const COLUMNS = [{ label: 'Name' }, { label: 'Id', width: 90 }, { label: 'Tags' }, { label: 'Updated', width: 130 }, { label: 'Created', width: 130 }];

export function ExperimentsPage() {
  const { q } = useSearch({ from: '/experiments' });
  const { project } = useSession();
  const navigate = useNavigate({ from: '/experiments' });
  const variables = { filter: q === undefined ? null : nameFilter(q) };
  const list = usePages({ document: EXPERIMENTS, variables, connection: (data) => data.project.experiments, keyOf: (row) => row.id });
  // A fresh project holds its Default experiment alone.
  const isFresh = q === undefined && !list.hasMore && list.nodes.length <= 1;
  return (
    <Page
      title="Experiments"
      actions={
        <>
          <QueryMenu document={EXPERIMENTS} variables={variables} python={`import mlflow\nmlflow.set_tracking_uri("${project.trackingUri}")\nmlflow.search_experiments()`} />
          <NewExperiment />
        </>
      }
    >
      <NameSearch label="Search experiments by name" value={q ?? ''} onSearch={(text) => void navigate({ search: { q: text }, replace: true })} />
      {list.nodes.length > 0 ? (
        <>
          <Table label="Experiments" columns={COLUMNS}>
            {list.nodes.map((row) => (
              <Row key={row.id} row={row} />
            ))}
          </Table>
          <MoreButton hasMore={list.hasMore} loading={list.loading} onMore={list.loadMore} />
        </>
      ) : null}
      {list.error === undefined ? null : <ErrorState error={list.error} onRetry={list.restart} />}
      {!list.settled && list.nodes.length === 0 ? <TableSkeleton /> : null}
      {list.settled && list.error === undefined && list.nodes.length === 0 && q !== undefined ? (
        <EmptyState title="No experiment has that name">
          <p>Names are searched for the text anywhere, in any case. Clear the search to see all.</p>
        </EmptyState>
      ) : null}
      {list.settled && list.error === undefined && isFresh ? (
        <EmptyState title="Log your first run">
          <p>Any MLflow client works as it is. Paste this; the run shows up here while it runs.</p>
          <Snippet title="Python" code={logRunSnippet(project.trackingUri, 'first-steps')} />
        </EmptyState>
      ) : null}
    </Page>
  );
}

function Row({ row }: { row: ExperimentRow }) {
  return (
    <tr>
      <td className={tableClasses.name}>
        <Link to="/experiments/$experimentId" params={{ experimentId: row.experimentId }}>
          {row.name}
        </Link>
      </td>
      <td className="soft num" style={{ textAlign: 'left' }}>
        {row.experimentId}
      </td>
      <td className="soft">{row.tags.filter(({ key }) => !key.startsWith('mlflow.')).map(({ key, value }) => `${key}: ${value}`).join(', ')}</td>
      <td className="soft">
        <Time at={row.updatedAt} />
      </td>
      <td className="soft">
        <Time at={row.createdAt} />
      </td>
    </tr>
  );
}

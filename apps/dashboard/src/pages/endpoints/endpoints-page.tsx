import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { usePages } from '../../api/use-pages.js';
import { formatDuration, formatNumber } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import { QueryMenu } from '../../ui/query-menu.js';
import { EmptyState, ErrorState, TableSkeleton } from '../../ui/states.js';
import { Status } from '../../ui/status.js';
import { MoreButton, Table, tableClasses } from '../../ui/table.js';
import { Time } from '../../ui/time.js';
import { ENDPOINTS, type EndpointRow } from './endpoints.graphql.js';

const REFRESH_MS = 5_000;
const COLUMNS = [{ label: 'Name' }, { label: 'State' }, { label: 'Serves' }, { label: 'Requests/s', numeric: true, width: 100 }, { label: 'p95', numeric: true, width: 90 }, { label: 'Created', width: 110 }];
const NO_VARIABLES = {};

export function EndpointsPage() {
  const list = usePages({ document: ENDPOINTS, variables: NO_VARIABLES, connection: (data) => data.project.endpoints, keyOf: (row) => row.id });
  useEffect(() => {
    const timer = setInterval(list.refresh, REFRESH_MS);
    return () => clearInterval(timer);
  }, [list.refresh]);
  return (
    <Page title="Endpoints" actions={<QueryMenu document={ENDPOINTS} />}>
      {list.error === undefined ? null : <ErrorState error={list.error} onRetry={list.restart} />}
      {!list.settled && list.nodes.length === 0 ? <TableSkeleton /> : null}
      {list.settled && list.error === undefined && list.nodes.length === 0 ? (
        <EmptyState title="Deploy your first model">
          <p>
            An endpoint is a stable URL that answers predictions. Open a version under <Link to="/models">Models</Link> and press <strong>Deploy</strong>: the model starts, and takes traffic when it is ready.
          </p>
        </EmptyState>
      ) : null}
      {list.nodes.length > 0 ? (
        <>
          <Table label="Endpoints" columns={COLUMNS}>
            {list.nodes.map((row) => (
              <Row key={row.id} row={row} />
            ))}
          </Table>
          <MoreButton hasMore={list.hasMore} loading={list.loading} onMore={list.loadMore} />
        </>
      ) : null}
    </Page>
  );
}

function Row({ row }: { row: EndpointRow }) {
  const { activeRevision, stats } = row;
  return (
    <tr>
      <td className={tableClasses.name}>
        <Link to="/endpoints/$name" params={{ name: row.name }}>
          {row.name}
        </Link>
      </td>
      <td>
        <Status state={row.state} />
        {row.stateReason === null ? null : (
          <div className="soft" style={{ maxWidth: '46ch' }}>
            {row.stateReason}
          </div>
        )}
      </td>
      <td>
        {activeRevision === null ? (
          <span className="soft">nothing yet</span>
        ) : (
          <Link to="/models/$name/versions/$version" params={{ name: activeRevision.modelName, version: activeRevision.modelVersion }} className="plain-link">
            {activeRevision.modelName} version {activeRevision.modelVersion}
          </Link>
        )}
      </td>
      <td className="num">{formatNumber(Number(stats.requestsPerSecond.toFixed(2)))}</td>
      <td className="num">{stats.latencyP95Ms === null ? '–' : formatDuration(stats.latencyP95Ms)}</td>
      <td className="soft">
        <Time at={row.createdAt} />
      </td>
    </tr>
  );
}

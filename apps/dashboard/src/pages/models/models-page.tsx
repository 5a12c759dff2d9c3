import { getRouteApi, Link } from '@tanstack/react-router';
import { usePages } from '../../api/use-pages.js';
import { useSession } from '../../app/session.js';
import { AliasFlags } from '../../ui/alias-flags.js';
import { nameFilter, NameSearch } from '../../ui/name-search.js';
import { Page } from '../../ui/page.js';
import { QueryMenu } from '../../ui/query-menu.js';
import { Snippet } from '../../ui/snippet.js';
import { EmptyState, ErrorState, TableSkeleton } from '../../ui/states.js';
import { MoreButton, Table, tableClasses } from '../../ui/table.js';
import { registerModelSnippet } from '../../ui/teaching-snippets.js';
import { Time } from '../../ui/time.js';
import { MODELS, type ModelRow } from './models.graphql.js';

const route = getRouteApi('/models');
const COLUMNS = [{ label: 'Name' }, { label: 'Latest version', width: 120 }, { label: 'Aliases' }, { label: 'Description' }, { label: 'Updated', width: 120 }];

export function ModelsPage() {
  const { q } = route.useSearch();
  const navigate = route.useNavigate();
  const { project } = useSession();
  const variables = { filter: q === undefined ? null : nameFilter(q) };
  const list = usePages({ document: MODELS, variables, connection: (data) => data.project.registeredModels, keyOf: (row) => row.id });
  const isEmpty = list.settled && list.error === undefined && list.nodes.length === 0;
  return (
    <Page title="Models" actions={<QueryMenu document={MODELS} variables={variables} python={`import mlflow\nmlflow.set_tracking_uri("${project.trackingUri}")\nmlflow.search_registered_models()`} />}>
      {isEmpty && q === undefined ? null : <NameSearch label="Search models by name" value={q ?? ''} onSearch={(text) => void navigate({ search: { q: text }, replace: true })} />}
      {list.error === undefined ? null : <ErrorState error={list.error} onRetry={list.restart} />}
      {!list.settled && list.nodes.length === 0 ? <TableSkeleton /> : null}
      {isEmpty && q === undefined ? (
        <EmptyState title="Register your first model">
          <p>A registered model has versions that can be named by aliases and deployed with one click. Paste this, then come back.</p>
          <Snippet title="Python" code={registerModelSnippet(project.trackingUri)} />
        </EmptyState>
      ) : null}
      {isEmpty && q !== undefined ? (
        <EmptyState title="No model has that name">
          <p>Clear the search to see all models of this project.</p>
        </EmptyState>
      ) : null}
      {list.nodes.length > 0 ? (
        <>
          <Table label="Models" columns={COLUMNS}>
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

function Row({ row }: { row: ModelRow }) {
  return (
    <tr>
      <td className={tableClasses.name}>
        <Link to="/models/$name" params={{ name: row.name }}>
          {row.name}
        </Link>
      </td>
      <td>
        {row.latestVersion === null ? (
          <span className="soft">–</span>
        ) : (
          <Link to="/models/$name/versions/$version" params={{ name: row.name, version: row.latestVersion.version }} className="plain-link">
            Version {row.latestVersion.version}
          </Link>
        )}
      </td>
      <td>
        <AliasFlags aliases={row.aliases.map(({ alias, version }) => `${alias} → ${version}`)} />
      </td>
      <td className="soft">{row.description.slice(0, 120)}</td>
      <td className="soft">
        <Time at={row.updatedAt} />
      </td>
    </tr>
  );
}

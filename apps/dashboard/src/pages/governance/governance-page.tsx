import { Button, TextInput } from '@mantine/core';
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { Fragment, useState, type FormEvent } from 'react';
import { usePages } from '../../api/use-pages.js';
import { CopyId } from '../../ui/copy-id.js';
import { Facts } from '../../ui/facts.js';
import { prettyJson, shortId } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import { QueryMenu } from '../../ui/query-menu.js';
import { Snippet } from '../../ui/snippet.js';
import { EmptyState, ErrorState, TableSkeleton } from '../../ui/states.js';
import { MoreButton, Table } from '../../ui/table.js';
import { Time } from '../../ui/time.js';
import classes from './governance.module.css';
import { AUDIT_EVENTS, type AuditRow } from './governance.graphql.js';

const route = getRouteApi('/governance');
const COLUMNS = [{ label: 'When', width: 110 }, { label: 'Who' }, { label: 'Action' }, { label: 'On' }, { label: 'Outcome', width: 100 }, { label: 'From', width: 120 }, { label: '', width: 70 }];
const FIELDS = [
  { key: 'actor', label: 'Who' },
  { key: 'action', label: 'Action' },
  { key: 'type', label: 'Kind' },
  { key: 'resource', label: 'Key' },
] as const;

/** The audit log of the organization. */
export function GovernancePage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const filter = { actorName: search.actor, action: search.action, resourceType: search.type, resourceId: search.resource };
  const list = usePages({ document: AUDIT_EVENTS, variables: { filter }, connection: (data) => data.auditEvents, keyOf: (row) => row.id });
  const filtered = Object.values(search).length > 0;
  const isEmpty = list.settled && list.error === undefined && list.nodes.length === 0;
  return (
    <Page title="Governance" aside={<span className="soft">Audit log</span>} actions={<QueryMenu document={AUDIT_EVENTS} variables={{ filter }} />}>
      <FilterForm values={search} onApply={(values) => void navigate({ search: values })} />
      {list.error === undefined ? null : <ErrorState error={list.error} onRetry={list.restart} />}
      {!list.settled && list.nodes.length === 0 ? <TableSkeleton rows={12} /> : null}
      {isEmpty ? (
        <EmptyState title={filtered ? 'No event matches' : 'Nothing happened yet'}>
          <p>
            {filtered ? 'The fields are compared as a whole. Clear some of them.' : 'Every change in this organization is written here in the same transaction, and chained so that it cannot be altered unseen.'} Check the chain with <code>npx modelyard audit verify</code>.
          </p>
        </EmptyState>
      ) : null}
      {list.nodes.length > 0 ? (
        <>
          <Table label="Audit events" columns={COLUMNS}>
            {list.nodes.map((row) => (
              <EventLine key={row.id} row={row} />
            ))}
          </Table>
          <MoreButton hasMore={list.hasMore} loading={list.loading} onMore={list.loadMore} />
        </>
      ) : null}
    </Page>
  );
}

type FilterValues = Partial<Record<(typeof FIELDS)[number]['key'], string>>;

function FilterForm({ values, onApply }: { values: FilterValues; onApply: (values: FilterValues) => void }) {
  const [draft, setDraft] = useState<FilterValues>(values);
  const apply = (event: FormEvent) => {
    event.preventDefault();
    onApply(draft);
  };
  return (
    <form className={classes.filter} onSubmit={apply} aria-label="Filter events">
      {FIELDS.map(({ key, label }, index) => (
        <TextInput key={key} size="xs" label={label} value={draft[key] ?? ''} onChange={(event) => setDraft({ ...draft, [key]: event.currentTarget.value.trim() || undefined })} {...(index === 0 ? { 'data-page-filter': true } : {})} />
      ))}
      <Button type="submit" variant="default">
        Filter
      </Button>
      {Object.values(values).length === 0 ? null : (
        <Button
          variant="subtle"
          onClick={() => {
            setDraft({});
            onApply({});
          }}
        >
          Clear
        </Button>
      )}
    </form>
  );
}

function EventLine({ row }: { row: AuditRow }) {
  const [open, setOpen] = useState(false);
  const denied = row.outcome === 'DENIED';
  return (
    <Fragment>
      <tr>
        <td className="soft">
          <Time at={row.occurredAt} />
        </td>
        <td>
          {row.actorName}
          {row.actorKind === 'user' ? null : <span className="soft"> ({row.actorKind.replaceAll('_', ' ')})</span>}
        </td>
        <td>
          <code>{row.action}</code>
        </td>
        <td>
          {row.resourceType.replaceAll('_', ' ')}{' '}
          <code className="soft" title={row.resourceId}>
            {shortId(row.resourceId)}
          </code>
        </td>
        <td>
          <span className={classes.outcome} data-denied={denied}>
            {denied ? <IconCircleX size={15} aria-hidden /> : <IconCircleCheck size={15} aria-hidden />}
            {denied ? 'Denied' : 'Allowed'}
          </span>
        </td>
        <td className="soft">{row.sourceAddress ?? '–'}</td>
        <td>
          <Button size="compact-xs" variant="subtle" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? 'Less' : 'More'}
          </Button>
        </td>
      </tr>
      {open ? (
        <tr>
          <td colSpan={COLUMNS.length}>
            <div className={classes.details}>
              <Facts
                items={[
                  ['Time', row.occurredAt],
                  ['Request', <CopyId key="r" id={row.requestId} label="Copy request id" />],
                  ['Key', <code key="k">{row.resourceId}</code>],
                ]}
              />
              <Snippet title="Details" code={prettyJson(row.details)} maxHeight={240} />
            </div>
          </td>
        </tr>
      ) : null}
    </Fragment>
  );
}

import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Page } from '../ui/page.js';
import { EmptyState, TableSkeleton } from '../ui/states.js';

export function PageNotFound() {
  return (
    <Page title="Page not found">
      <EmptyState title="There is no such page">
        <p>
          The link may be mistyped or of another project. Start again at <Link to="/experiments">Experiments</Link>, or press Ctrl K to search.
        </p>
      </EmptyState>
    </Page>
  );
}

export function PagePending() {
  return (
    <div style={{ padding: '60px 24px' }} aria-busy="true">
      <TableSkeleton />
    </div>
  );
}

/** A fault of the page itself, or its code could not be fetched (a new release replaced it). */
export function PageFault({ error }: { error: unknown }) {
  return (
    <Page title="This page failed">
      <EmptyState title="This page failed to show">
        <p>{error instanceof Error ? error.message : String(error)}</p>
        <p>If Modelyard was just updated, reloading fetches the new page. If it stays, tell the operator what you did.</p>
        <div>
          <Button onClick={() => window.location.reload()}>Reload</Button>
        </div>
      </EmptyState>
    </Page>
  );
}

import { Button, Skeleton } from '@mantine/core';
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { CombinedError } from 'urql';
import { toApiError } from '../api/api-error.js';
import classes from './states.module.css';

/** What a list says when there is nothing in it yet: why, and what to do. */
export function EmptyState({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.empty} aria-label={title}>
      <h2 className={classes.emptyTitle}>{title}</h2>
      {children}
    </section>
  );
}

/** What failed, what to do about it, and a way to try again. */
export function ErrorState({ error, onRetry }: { error: CombinedError; onRetry: () => void }) {
  const { code, message, requestId } = toApiError(error);
  return (
    <section className={classes.error} role="alert">
      <IconAlertTriangle size={18} aria-hidden />
      <div>
        <h2 className={classes.errorTitle}>{code === 'NOT_FOUND' ? 'Not found' : code === 'PERMISSION_DENIED' ? 'No access' : 'This could not be loaded'}</h2>
        <p className={classes.errorText}>{message}</p>
        {requestId === null ? null : <p className="soft mono">request {requestId}</p>}
        <Button variant="default" leftSection={<IconRefresh size={14} />} onClick={onRetry}>
          Retry
        </Button>
      </div>
    </section>
  );
}

interface LoadedProps<D> {
  readonly result: { data?: D | undefined; error?: CombinedError | undefined };
  readonly onRetry: () => void;
  readonly skeleton: ReactNode;
  readonly children: (data: D) => ReactNode;
}

/** Skeleton, error or content. Content that is there stays when a refresh fails; a line says so. */
export function Loaded<D>({ result, onRetry, skeleton, children }: LoadedProps<D>) {
  const { data, error } = result;
  if (data === undefined || data === null) return error === undefined ? <div aria-busy="true">{skeleton}</div> : <ErrorState error={error} onRetry={onRetry} />;
  return (
    <>
      {error === undefined ? null : (
        <p className={classes.stale} role="status">
          Not refreshed: {toApiError(error).message}{' '}
          <button type="button" className={classes.inlineButton} onClick={onRetry}>
            Retry
          </button>
        </p>
      )}
      {children(data)}
    </>
  );
}

/** Lines of a table that is on its way, as high as the real ones. */
export function TableSkeleton({ rows = 8, rowHeight = 36 }: { rows?: number; rowHeight?: number }) {
  return (
    <div className={classes.skeleton}>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} style={{ height: rowHeight }} className={classes.skeletonRow}>
          <Skeleton height={10} width={`${18 + ((index * 7) % 14)}%`} />
          <Skeleton height={10} width="12%" />
          <Skeleton height={10} width="9%" />
          <Skeleton height={10} width="16%" />
        </div>
      ))}
    </div>
  );
}

export function BlockSkeleton({ height = 220 }: { height?: number }) {
  return <Skeleton height={height} radius={4} />;
}

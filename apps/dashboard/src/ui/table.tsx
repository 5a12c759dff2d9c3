import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './table.module.css';

export interface Column {
  readonly label: string;
  readonly numeric?: boolean;
  readonly width?: number | string;
}

/** A plain table with hairlines; long and virtual tables have their own. */
export function Table({ label, columns, children, top = false }: { label: string; columns: readonly Column[]; children: ReactNode; top?: boolean }) {
  return (
    <div className={classes.scroll}>
      <table className={`${classes.table} ${top ? classes.top : ''}`} aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.label} scope="col" className={column.numeric === true ? 'num' : undefined} style={{ width: column.width }}>
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

/** Loads the next page of a table; nothing when there is none. */
export function MoreButton({ hasMore, loading, onMore }: { hasMore: boolean; loading: boolean; onMore: () => void }) {
  if (!hasMore) return null;
  return (
    <div className={classes.more}>
      <Button variant="default" loading={loading} onClick={onMore}>
        Load more
      </Button>
    </div>
  );
}

export const tableClasses = classes;

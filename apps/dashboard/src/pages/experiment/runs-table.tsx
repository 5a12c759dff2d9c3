import { Checkbox, VisuallyHidden } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import classes from './experiment.module.css';
import type { RunRow } from './experiment.graphql.js';
import { columnId, type RunColumn, type RunSort } from './run-columns.js';
import { RunLine } from './run-line.js';

const ROW_HEIGHT = 34;
const LOAD_AHEAD_ROWS = 60;
const FIXED = [
  { id: 'attributes.run_name', label: 'Run', width: 'minmax(220px, 2fr)', sortable: true },
  { id: 'attributes.status', label: 'Status', width: '110px', sortable: true },
  { id: 'attributes.start_time', label: 'Started', width: '110px', sortable: true },
  { id: 'duration', label: 'Duration', width: '100px', sortable: false },
  { id: 'attributes.user_id', label: 'User', width: '110px', sortable: true },
] as const;

interface RunsTableProps {
  readonly rows: readonly RunRow[];
  readonly columns: readonly RunColumn[];
  readonly sort: RunSort | null;
  readonly selected: ReadonlySet<string>;
  readonly hidden: ReadonlySet<string>;
  /** Names and eyes alone: the charts have the room. */
  readonly compact: boolean;
  readonly hasMore: boolean;
  readonly loading: boolean;
  readonly onSort: (column: string) => void;
  readonly onSelect: (runId: string) => void;
  readonly onToggleEye: (runId: string) => void;
  readonly onLoadMore: () => void;
}

/** Virtual rows over keyset pages: only what is in the window is in the document. */
export function RunsTable(props: RunsTableProps) {
  const { rows, columns, compact, hasMore, loading, onLoadMore } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => ROW_HEIGHT, overscan: 12, getItemKey: (index) => rows[index]?.runId ?? index });
  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && !loading && lastShown >= rows.length - LOAD_AHEAD_ROWS) onLoadMore();
  }, [hasMore, loading, lastShown, rows.length, onLoadMore]);
  const fixed = compact ? FIXED.slice(0, 1) : FIXED;
  const shownColumns = compact ? [] : columns;
  const template = `30px 30px ${fixed.map(({ width }) => width).join(' ')} ${shownColumns.map(() => 'minmax(110px, 1fr)').join(' ')}`;
  return (
    <div ref={scroller} className={classes.scroller} tabIndex={0} role="table" aria-label="Runs" aria-rowcount={hasMore ? -1 : rows.length + 1} aria-colcount={fixed.length + shownColumns.length + 2}>
      <div style={{ minWidth: compact ? 0 : 730 + shownColumns.length * 110 }}>
        <div role="row" aria-rowindex={1} className={classes.head} style={{ gridTemplateColumns: template }}>
          <span role="columnheader">
            <VisuallyHidden>Select</VisuallyHidden>
          </span>
          <span role="columnheader">
            <VisuallyHidden>Shown in charts</VisuallyHidden>
          </span>
          {fixed.map((column) => (
            <HeadCell key={column.id} id={column.id} label={column.label} numeric={column.id === 'duration'} sortable={column.sortable} sort={props.sort} onSort={props.onSort} pinned={column.id === 'attributes.run_name'} />
          ))}
          {shownColumns.map((column) => (
            <HeadCell key={columnId(column)} id={columnId(column)} label={column.key} numeric={column.kind === 'metrics'} sortable sort={props.sort} onSort={props.onSort} pinned={false} />
          ))}
        </div>
        <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {items.map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            return (
              <div key={item.key} role="row" aria-rowindex={item.index + 2} className={classes.row} data-selected={props.selected.has(row.runId)} style={{ gridTemplateColumns: template, transform: `translateY(${item.start}px)`, height: ROW_HEIGHT }}>
                <span role="cell">
                  <Checkbox size="xs" aria-label={`Select ${row.name}`} checked={props.selected.has(row.runId)} onChange={() => props.onSelect(row.runId)} />
                </span>
                <RunLine row={row} columns={shownColumns} compact={compact} visible={!props.hidden.has(row.runId)} onToggleEye={props.onToggleEye} />
              </div>
            );
          })}
        </div>
        {loading ? (
          <p className={classes.loadingMore} role="status">
            Loading runs…
          </p>
        ) : null}
      </div>
    </div>
  );
}

interface HeadCellProps {
  readonly id: string;
  readonly label: string;
  readonly numeric: boolean;
  readonly sortable: boolean;
  readonly pinned: boolean;
  readonly sort: RunSort | null;
  readonly onSort: (column: string) => void;
}

function HeadCell({ id, label, numeric, sortable, pinned, sort, onSort }: HeadCellProps) {
  const sorted = sort?.column === id ? (sort.descending ? 'descending' : 'ascending') : undefined;
  const align = numeric ? 'flex-end' : 'flex-start';
  return (
    <span role="columnheader" aria-sort={sorted} className={pinned ? classes.pinned : undefined} title={label}>
      {sortable ? (
        <button type="button" className={classes.sort} style={{ justifyContent: align }} onClick={() => onSort(id)} aria-label={`Sort by ${label}`}>
          <span className="truncate">{label}</span>
          {sorted === undefined ? null : sorted === 'descending' ? <IconArrowDown size={12} aria-hidden /> : <IconArrowUp size={12} aria-hidden />}
        </button>
      ) : (
        <span className={classes.sort} style={{ justifyContent: align }}>
          {label}
        </span>
      )}
    </span>
  );
}

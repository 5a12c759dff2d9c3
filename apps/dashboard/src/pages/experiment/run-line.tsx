import { UnstyledButton } from '@mantine/core';
import { IconEye, IconEyeOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { runColour } from '../../charts/run-colour.js';
import { formatNumber } from '../../ui/format.js';
import { Status } from '../../ui/status.js';
import { Duration, Time } from '../../ui/time.js';
import classes from './experiment.module.css';
import type { RunRow } from './experiment.graphql.js';
import { columnId, type RunColumn } from './run-columns.js';

interface RunLineProps {
  readonly row: RunRow;
  readonly columns: readonly RunColumn[];
  readonly compact: boolean;
  readonly visible: boolean;
  readonly onToggleEye: (runId: string) => void;
}

/** The cells of one run. */
export const RunLine = memo(function RunLine({ row, columns, compact, visible, onToggleEye }: RunLineProps) {
  const Eye = visible ? IconEye : IconEyeOff;
  return (
    <>
      <span role="cell">
        <UnstyledButton className={classes.eye} aria-pressed={visible} aria-label={`${visible ? 'Hide' : 'Show'} ${row.name} in charts`} onClick={() => onToggleEye(row.runId)}>
          <Eye size={15} stroke={1.7} color={visible ? runColour(row.runId) : 'var(--ink-soft)'} />
        </UnstyledButton>
      </span>
      <span role="cell" className={classes.pinned}>
        <span className={classes.dot} style={{ background: visible ? runColour(row.runId) : 'var(--line-strong)' }} aria-hidden />
        {compact ? <Status state={row.status} iconOnly /> : null}
        <Link to="/runs/$runId" params={{ runId: row.runId }} className="truncate" title={row.name}>
          {row.name}
        </Link>
      </span>
      {compact ? null : (
        <>
          <span role="cell">
            <Status state={row.status} />
          </span>
          <span role="cell" className="soft">
            <Time at={row.startedAt} />
          </span>
          <span role="cell" className={classes.number}>
            <Duration startedAt={row.startedAt} ms={row.durationMs} />
          </span>
          <span role="cell" className="soft truncate">
            {row.userName}
          </span>
        </>
      )}
      {columns.map((column) => (
        <Value key={columnId(column)} row={row} column={column} />
      ))}
    </>
  );
});

function Value({ row, column }: { row: RunRow; column: RunColumn }) {
  if (column.kind === 'metrics') {
    const metric = row.metrics.find(({ key }) => key === column.key);
    return (
      <span role="cell" className={classes.number} title={metric?.valueText}>
        {metric === undefined ? <span className="soft">–</span> : metric.value === null ? metric.valueText : formatNumber(metric.value)}
      </span>
    );
  }
  const value = row[column.kind].find(({ key }) => key === column.key)?.value;
  return (
    <span role="cell" className="truncate" title={value}>
      {value ?? <span className="soft">–</span>}
    </span>
  );
}

import { Switch } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useClient, type CombinedError } from 'urql';
import { runColour } from '../../charts/run-colour.js';
import { formatDuration, formatNumber } from '../../ui/format.js';
import { BlockSkeleton, EmptyState, ErrorState } from '../../ui/states.js';
import { Status } from '../../ui/status.js';
import { Time } from '../../ui/time.js';
import { compareRuns, type ComparedLine } from './compare-runs.js';
import classes from './experiment.module.css';
import { COMPARED_RUN, type ComparedRun } from './experiment.graphql.js';

/** Runs side by side: params and metrics, those that differ first of all. */
export function ComparePanel({ runIds }: { runIds: readonly string[] }) {
  const [onlyDifferent, setOnlyDifferent] = useState(true);
  const { runs, error, retry } = useComparedRuns(runIds);
  if (runIds.length < 2) {
    return (
      <EmptyState title="Select two or more runs">
        <p>Tick runs in the list to see their params and metrics side by side.</p>
      </EmptyState>
    );
  }
  if (error !== undefined) return <ErrorState error={error} onRetry={retry} />;
  if (runs === null) return <BlockSkeleton height={300} />;
  const { params, metrics } = compareRuns(runs);
  const shown = (lines: readonly ComparedLine[]) => lines.filter((line) => !onlyDifferent || line.differs);
  return (
    <>
      <Switch size="xs" label="Only what differs" checked={onlyDifferent} onChange={(event) => setOnlyDifferent(event.currentTarget.checked)} mb={12} />
      <table className={classes.compare} aria-label="Comparison of runs">
        <thead>
          <tr>
            <th scope="col">
              <span className="soft">{runs.length} runs</span>
            </th>
            {runs.map((run) => (
              <th key={run.runId} scope="col">
                <span className={classes.dot} style={{ background: runColour(run.runId), display: 'inline-block', marginRight: 6 }} aria-hidden />
                <Link to="/runs/$runId" params={{ runId: run.runId }}>
                  {run.name}
                </Link>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Attribute label="Status" runs={runs} cell={(run) => <Status state={run.status} />} />
          <Attribute label="Started" runs={runs} cell={(run) => <Time at={run.startedAt} />} />
          <Attribute label="Duration" runs={runs} cell={(run) => (run.durationMs === null ? '–' : formatDuration(run.durationMs))} />
          <Group label="Params" lines={shown(params)} columns={runs.length} />
          <Group label="Metrics" lines={shown(metrics)} columns={runs.length} numeric />
        </tbody>
      </table>
    </>
  );
}

function Attribute({ label, runs, cell }: { label: string; runs: readonly ComparedRun[]; cell: (run: ComparedRun) => React.ReactNode }) {
  return (
    <tr>
      <th scope="row">{label}</th>
      {runs.map((run) => (
        <td key={run.runId}>{cell(run)}</td>
      ))}
    </tr>
  );
}

function Group({ label, lines, columns, numeric = false }: { label: string; lines: readonly ComparedLine[]; columns: number; numeric?: boolean }) {
  return (
    <>
      <tr className={classes.group}>
        <th scope="rowgroup" colSpan={columns + 1}>
          {label}
          {lines.length === 0 ? <span className="soft">: all the same</span> : null}
        </th>
      </tr>
      {lines.map((line) => (
        <tr key={line.key}>
          <th scope="row">{line.key}</th>
          {line.values.map((value, index) => (
            <td key={index} className={numeric ? 'num' : undefined} style={{ textAlign: 'left' }}>
              {value === null ? <span className="soft">–</span> : numeric && Number.isFinite(Number(value)) ? formatNumber(Number(value)) : value}
            </td>
          ))}
        </tr>
      ))}
    </>
  );
}

function useComparedRuns(runIds: readonly string[]) {
  const client = useClient();
  const [runs, setRuns] = useState<readonly ComparedRun[] | null>(null);
  const [error, setError] = useState<CombinedError | undefined>();
  const [attempt, setAttempt] = useState(0);
  const key = runIds.join(',');
  useEffect(() => {
    let current = true;
    const ids = key.split(',').filter((id) => id !== '');
    void Promise.all(ids.map((id) => client.query(COMPARED_RUN, { id }).toPromise())).then((answers) => {
      if (!current) return;
      setError(answers.find((answer) => answer.error !== undefined)?.error);
      setRuns(answers.flatMap(({ data }) => (data === undefined || data === null ? [] : [data.run])));
    });
    return () => {
      current = false;
    };
  }, [client, key, attempt]);
  return { runs, error, retry: () => setAttempt(attempt + 1) };
}

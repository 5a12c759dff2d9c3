import { Link } from '@tanstack/react-router';
import { CopyId } from '../../ui/copy-id.js';
import { Facts, Section } from '../../ui/facts.js';
import { formatCount, formatNumber } from '../../ui/format.js';
import { Status } from '../../ui/status.js';
import { Table } from '../../ui/table.js';
import { Duration, Time } from '../../ui/time.js';
import { DatasetList } from '../../ui/dataset-list.js';
import classes from './run.module.css';
import type { RunDetails } from './run.graphql.js';

const METRIC_COLUMNS = [{ label: 'Metric' }, { label: 'Latest', numeric: true, width: 130 }, { label: 'Step', numeric: true, width: 90 }];
const PARAM_COLUMNS = [{ label: 'Param' }, { label: 'Value' }];

/** What the run is, where it comes from, what it gave. */
export function RunOverview({ run }: { run: RunDetails }) {
  const tags = run.tags.filter(({ key }) => !key.startsWith('mlflow.'));
  const systemTags = run.tags.filter(({ key }) => key.startsWith('mlflow.') && key.length < 60 && key !== 'mlflow.loggedArtifacts');
  return (
    <div className={classes.columns}>
      <div>
        <Section title="About">
          <Facts
            items={[
              ['Status', <Status key="s" state={run.status} />],
              ['Started', <Time key="t" at={run.startedAt} />],
              ['Duration', <Duration key="d" startedAt={run.startedAt} ms={run.durationMs} />],
              ['User', run.userName === '' ? '–' : run.userName],
              ['Source', run.sourceName ?? '–'],
              ['Commit', run.sourceCommit === null ? '–' : <CopyId key="c" id={run.sourceCommit} label="Copy commit" />],
              [
                'Experiment',
                <Link key="e" to="/experiments/$experimentId" params={{ experimentId: run.experimentId }}>
                  {run.experimentId}
                </Link>,
              ],
              ...(run.parentRunId === null
                ? []
                : [
                    [
                      'Parent run',
                      <Link key="p" to="/runs/$runId" params={{ runId: run.parentRunId }}>
                        <code>{run.parentRunId.slice(0, 10)}…</code>
                      </Link>,
                    ] as const,
                  ]),
            ]}
          />
        </Section>
        <Section title="Datasets">
          <DatasetList datasets={run.datasets} empty="None logged. Use mlflow.log_input(dataset) to record what the run read." />
        </Section>
        {tags.length === 0 ? null : (
          <Section title="Tags">
            <Facts items={tags.map(({ key, value }) => [key, value] as const)} />
          </Section>
        )}
        {systemTags.length === 0 ? null : (
          <details className={classes.details}>
            <summary>System tags ({systemTags.length})</summary>
            <Facts items={systemTags.map(({ key, value }) => [key.replace('mlflow.', ''), value.slice(0, 400)] as const)} />
          </details>
        )}
      </div>
      <div>
        <Section title="Metrics">
          {run.metrics.length === 0 ? (
            <p className="soft">None yet.</p>
          ) : (
            <Table label="Metrics" columns={METRIC_COLUMNS}>
              {run.metrics.map((metric) => (
                <tr key={metric.key}>
                  <td>
                    <Link to="/runs/$runId" params={{ runId: run.runId }} search={{ tab: 'metrics', keys: metric.key }} className="plain-link">
                      {metric.key}
                    </Link>
                  </td>
                  <td className="num" title={metric.valueText}>
                    {metric.value === null ? metric.valueText : formatNumber(metric.value)}
                  </td>
                  <td className="num soft">{formatCount(metric.step)}</td>
                </tr>
              ))}
            </Table>
          )}
        </Section>
        <Section title="Params">
          {run.params.length === 0 ? (
            <p className="soft">None.</p>
          ) : (
            <Table label="Params" columns={PARAM_COLUMNS}>
              {run.params.map(({ key, value }) => (
                <tr key={key}>
                  <td>{key}</td>
                  <td className={classes.value}>{value}</td>
                </tr>
              ))}
            </Table>
          )}
        </Section>
      </div>
    </div>
  );
}

import { Button } from '@mantine/core';
import { useState } from 'react';
import { Status } from '../../ui/status.js';
import { Table, tableClasses } from '../../ui/table.js';
import { Time } from '../../ui/time.js';
import classes from './endpoint.module.css';
import type { EndpointDetails, RevisionRow } from './endpoint.graphql.js';
import { RollBackDialog } from './roll-back.js';
import { VersionLink } from './traffic-bar.js';

const COLUMNS = [{ label: 'Revision', width: 80 }, { label: 'Serves' }, { label: 'State' }, { label: 'Traffic', numeric: true, width: 70 }, { label: 'Replicas', numeric: true, width: 80 }, { label: 'Created', width: 130 }, { label: '', width: 90 }];

/** Revisions, newest first; each that once served can be made live again. */
export function RevisionStack({ endpoint, onDone }: { endpoint: EndpointDetails; onDone: () => void }) {
  const [target, setTarget] = useState<RevisionRow | null>(null);
  return (
    <>
      <Table label="Revisions" columns={COLUMNS} top>
        {endpoint.revisions.nodes.map((revision) => (
          <tr key={revision.id}>
            <td className={tableClasses.name}>{revision.number}</td>
            <td>
              <span className={classes.serves}>
                <VersionLink name={revision.modelName} version={revision.modelVersion} />
              </span>
            </td>
            <td>
              <Status state={revision.state} />
              {revision.stateReason === null ? null : (
                <div className={`soft ${classes.why}`}>
                  {revision.stateReason}
                </div>
              )}
              {revision.restarts > 0 ? <div className="soft">{revision.restarts} restarts</div> : null}
            </td>
            <td className="num">{revision.trafficPercent} %</td>
            <td className="num">
              {revision.readyReplicas}/{revision.replicas}
            </td>
            <td className="soft">
              {revision.createdBy}, <Time at={revision.createdAt} />
            </td>
            <td>
              {revision.id === endpoint.activeRevision?.id || (revision.state !== 'READY' && revision.state !== 'STOPPED') ? null : (
                <Button size="compact-xs" variant="default" aria-label={`Make live: revision ${revision.number}`} onClick={() => setTarget(revision)}>
                  Make live
                </Button>
              )}
            </td>
          </tr>
        ))}
      </Table>
      <RollBackDialog endpoint={endpoint.name} active={endpoint.activeRevision?.number ?? null} target={target} onClose={() => setTarget(null)} onDone={onDone} />
    </>
  );
}

import { IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconCircleX, IconClock, IconLoader2, IconPlayerStop, IconTrash, type Icon } from '@tabler/icons-react';
import type { EndpointState, RevisionState, RunStatus, StepState } from '../api/types.js';
import classes from './status.module.css';

export type AnyState = RunStatus | EndpointState | RevisionState | StepState;
type Tone = 'good' | 'bad' | 'warn' | 'busy' | 'idle';

const MARKS: Readonly<Record<AnyState, { label: string; tone: Tone; icon: Icon }>> = {
  RUNNING: { label: 'Running', tone: 'busy', icon: IconLoader2 },
  SCHEDULED: { label: 'Scheduled', tone: 'idle', icon: IconClock },
  FINISHED: { label: 'Finished', tone: 'good', icon: IconCircleCheck },
  FAILED: { label: 'Failed', tone: 'bad', icon: IconCircleX },
  KILLED: { label: 'Killed', tone: 'warn', icon: IconPlayerStop },
  PENDING: { label: 'Pending', tone: 'idle', icon: IconClock },
  READY: { label: 'Ready', tone: 'good', icon: IconCircleCheck },
  DEGRADED: { label: 'Degraded', tone: 'warn', icon: IconAlertTriangle },
  DELETING: { label: 'Deleting', tone: 'idle', icon: IconTrash },
  BUILDING: { label: 'Building', tone: 'busy', icon: IconLoader2 },
  STARTING: { label: 'Starting', tone: 'busy', icon: IconLoader2 },
  STOPPED: { label: 'Stopped', tone: 'idle', icon: IconPlayerStop },
  WAITING: { label: 'Waiting', tone: 'idle', icon: IconCircleDashed },
  DONE: { label: 'Done', tone: 'good', icon: IconCircleCheck },
};

/** A state by shape, word and colour; never by colour alone. */
export function Status({ state, iconOnly = false }: { state: AnyState; iconOnly?: boolean }) {
  const { label, tone, icon: Mark } = MARKS[state];
  return (
    <span className={classes.status} data-tone={tone} data-state={state} title={iconOnly ? label : undefined}>
      <Mark size={15} stroke={1.9} aria-hidden={!iconOnly} aria-label={iconOnly ? label : undefined} role={iconOnly ? 'img' : undefined} className={Mark === IconLoader2 ? classes.spin : undefined} />
      {iconOnly ? null : label}
    </span>
  );
}

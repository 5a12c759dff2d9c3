import { useEffect, useRef, useState } from 'react';
import type { DeploymentStep, LogLine } from '../../api/types.js';
import { formatUtc } from '../../ui/format.js';
import { Status } from '../../ui/status.js';
import { Duration } from '../../ui/time.js';
import classes from './deployment.module.css';

// The steps as the API names them; another one is shown by its name.
const LABELS: Readonly<Record<string, string>> = {
  resolve: 'Resolve the version',
  fetch: 'Fetch its files',
  environment: 'Prepare the environment',
  start: 'Start',
  ready: 'Wait until it answers',
  traffic: 'Move traffic',
};

interface DeploymentStepsProps {
  readonly steps: readonly DeploymentStep[];
  readonly lines: readonly LogLine[];
}

/** Steps with their times and logs; the one that works or failed is open by itself. */
export function DeploymentSteps({ steps, lines }: DeploymentStepsProps) {
  const [toggled, setToggled] = useState<Readonly<Record<string, boolean>>>({});
  const known = new Set(steps.map(({ name }) => name));
  const others = lines.filter((line) => !known.has(line.step));
  return (
    <>
      <ol className={classes.steps} aria-label="Deployment steps">
        {steps.map((step) => {
          const own = lines.filter((line) => line.step === step.name);
          const open = toggled[step.name] ?? (step.state === 'FAILED' || step.state === 'RUNNING');
          return (
            <li key={step.name} data-state={step.state}>
              <button type="button" className={classes.step} aria-expanded={open} disabled={own.length === 0} onClick={() => setToggled({ ...toggled, [step.name]: !open })}>
                <Status state={step.state} iconOnly />
                <span className={classes.stepName}>{LABELS[step.name] ?? step.name}</span>
                <span className="soft">{own.length === 0 ? '' : `${own.length} ${own.length === 1 ? 'line' : 'lines'}`}</span>
                <span className={classes.stepTime}>{step.startedAt === null ? '' : <Duration startedAt={step.startedAt} ms={step.durationMs} />}</span>
              </button>
              {step.message === '' ? null : <p className={step.state === 'FAILED' ? classes.failure : classes.message}>{step.message}</p>}
              {open && own.length > 0 ? <Log lines={own} label={`Log of ${step.name}`} /> : null}
            </li>
          );
        })}
      </ol>
      {others.length === 0 ? null : <Log lines={others} label="Log" />}
    </>
  );
}

/** Log lines; follows the end until the reader scrolls up. */
export function Log({ lines, label }: { lines: readonly LogLine[]; label: string }) {
  const box = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  useEffect(() => {
    if (follows.current && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [lines]);
  return (
    <div
      ref={box}
      className={classes.log}
      role="log"
      aria-label={label}
      tabIndex={0}
      onScroll={(event) => {
        const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
        follows.current = scrollHeight - scrollTop - clientHeight < 24;
      }}
    >
      {lines.map((line) => (
        <div key={String(line.sequence)} data-stream={line.stream} className={classes.line} title={formatUtc(line.time)}>
          <span className={classes.lineTime}>{line.time.slice(11, 19)}</span>
          {line.stream === 'stderr' ? <span className={classes.stderr}>err</span> : null}
          <span>{line.text}</span>
        </div>
      ))}
    </div>
  );
}

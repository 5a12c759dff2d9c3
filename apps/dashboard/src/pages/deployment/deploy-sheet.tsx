import { Button, Drawer, NumberInput, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { useMutation, useQuery } from 'urql';
import { toApiError } from '../../api/api-error.js';
import { BlockSkeleton, ErrorState } from '../../ui/states.js';
import { Status } from '../../ui/status.js';
import classes from './deployment.module.css';
import { DEPLOY, DEPLOY_PLAN, type DeployPlanData } from './deployment.graphql.js';
import { DeploymentSteps } from './deployment-steps.js';
import { endpointNameFault, endpointNameOf } from './endpoint-name.js';
import { useDeployment } from './use-deployment.js';

const MAX_REPLICAS = 16;

interface DeploySheetProps {
  readonly name: string;
  readonly version: string;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** One sheet: where to, the plan, then the steps while they happen. */
export function DeploySheet({ name, version, opened, onClose }: DeploySheetProps) {
  const [started, setStarted] = useState<string | null>(null);
  return (
    <Drawer opened={opened} onClose={onClose} position="right" size={560} title={`Deploy ${name} version ${version}`} onExitTransitionEnd={() => setStarted(null)}>
      {started === null ? <DeployForm name={name} version={version} onStarted={setStarted} /> : <DeployProgress endpoint={started} />}
    </Drawer>
  );
}

function DeployForm({ name, version, onStarted }: { name: string; version: string; onStarted: (endpoint: string) => void }) {
  const [endpoint, setEndpoint] = useState(endpointNameOf(name));
  const [replicas, setReplicas] = useState<number | string>(1);
  const [asked] = useDebouncedValue(endpoint, 250);
  const fault = endpointNameFault(endpoint);
  const [plan] = useQuery({ query: DEPLOY_PLAN, variables: { name: asked }, pause: endpointNameFault(asked) !== null, requestPolicy: 'network-only' });
  const [result, deploy] = useMutation(DEPLOY);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { data } = await deploy({ input: { name, version, endpoint, replicas: Number(replicas) } });
    if (data !== undefined && data !== null) onStarted(data.deployModelVersion.endpoint.name);
  };
  const isNew = plan.error !== undefined && toApiError(plan.error).code === 'NOT_FOUND';
  const existing = isNew ? null : (plan.data?.endpoint ?? null);
  return (
    <form className={classes.sheet} onSubmit={(event) => void submit(event)}>
      <TextInput label="Endpoint" description="A new name makes a new endpoint; a known one gets a new revision." value={endpoint} onChange={(event) => setEndpoint(event.currentTarget.value)} error={fault} data-autofocus />
      <NumberInput label="Replicas" description="Processes that answer side by side." min={1} max={MAX_REPLICAS} allowDecimal={false} value={replicas} onChange={setReplicas} maw={160} />
      <Plan name={name} version={version} endpoint={asked} existing={existing} />
      {result.error === undefined ? null : <p role="alert" style={{ color: 'var(--bad)', margin: 0 }}>{toApiError(result.error).message}</p>}
      <Button type="submit" size="sm" loading={result.fetching} disabled={fault !== null || !Number.isInteger(replicas)} style={{ justifySelf: 'start' }}>
        {existing === null ? 'Deploy' : 'Deploy new revision'}
      </Button>
    </form>
  );
}

function Plan({ name, version, endpoint, existing }: { name: string; version: string; endpoint: string; existing: DeployPlanData['endpoint'] | null }) {
  const active = existing?.activeRevision ?? null;
  const next = (existing?.revisions.nodes[0]?.number ?? 0) + 1;
  return (
    <section className={classes.plan} aria-label="Plan">
      <h3>Plan</h3>
      <ol>
        <li>
          {existing === null ? `Make endpoint ${endpoint} with revision 1` : `Add revision ${next} to endpoint ${endpoint}`}: {name} version {version}.
        </li>
        <li>Prepare its environment and start it; wait until it answers.</li>
        {active === null ? (
          <li>Send it all traffic as soon as it is ready.</li>
        ) : (
          <li>
            Revision {active.number} ({active.modelName} version {active.modelVersion}) serves until then; all traffic moves when the new one is ready. You can roll back at any time.
          </li>
        )}
      </ol>
    </section>
  );
}

function DeployProgress({ endpoint }: { endpoint: string }) {
  const { revision, lines, error, retry } = useDeployment(endpoint);
  if (revision === null) return error === undefined ? <BlockSkeleton height={240} /> : <ErrorState error={error} onRetry={retry} />;
  const live = revision.state === 'READY' && revision.trafficPercent > 0;
  return (
    <div className={classes.sheet}>
      <div className={classes.outcome} role="status">
        <Status state={revision.state} />
        <span>{live ? `Revision ${revision.number} is live: it takes ${revision.trafficPercent} % of the traffic.` : (revision.stateReason ?? `Revision ${revision.number} is on its way. You may close this; it goes on.`)}</span>
      </div>
      <DeploymentSteps steps={revision.steps} lines={lines} />
      <Button component={Link} to={`/endpoints/${endpoint}`} size="sm" variant={live ? 'filled' : 'default'} style={{ justifySelf: 'start' }}>
        Open endpoint
      </Button>
    </div>
  );
}

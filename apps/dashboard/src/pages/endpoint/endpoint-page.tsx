import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useEffect, useRef } from 'react';
import { useQuery } from 'urql';
import { useSession } from '../../app/session.js';
import { exampleRequest } from '../../ui/example-request.js';
import { Facts, Section } from '../../ui/facts.js';
import { formatCount, formatDuration } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import { QueryMenu } from '../../ui/query-menu.js';
import { Snippet } from '../../ui/snippet.js';
import { BlockSkeleton, ErrorState, Loaded } from '../../ui/states.js';
import { Status } from '../../ui/status.js';
import { curlSnippet } from '../../ui/teaching-snippets.js';
import { Time } from '../../ui/time.js';
import { DeploymentSteps } from '../deployment/deployment-steps.js';
import { useDeployment } from '../deployment/use-deployment.js';
import { DeleteEndpoint } from './delete-endpoint.js';
import classes from './endpoint.module.css';
import { ENDPOINT, type EndpointDetails } from './endpoint.graphql.js';
import { RevisionStack } from './revision-stack.js';
import { RollBackButton } from './roll-back.js';
import { TrafficBar } from './traffic-bar.js';
import { TryIt } from './try-it.js';

const route = getRouteApi('/endpoints/$name');
const CRUMBS = [{ label: 'Endpoints', link: { to: '/endpoints' } }] as const;
const REFRESH_MS = 3_000;
const EXAMPLE = '{"dataframe_split": {"columns": ["x"], "data": [[1.0]]}}';

export function EndpointPage() {
  const { name } = route.useParams();
  const [result, reload] = useQuery({ query: ENDPOINT, variables: { name } });
  const refresh = useCallback(() => reload({ requestPolicy: 'network-only' }), [reload]);
  useEffect(() => {
    const timer = setInterval(refresh, REFRESH_MS);
    return () => clearInterval(timer);
  }, [refresh]);
  const endpoint = result.data?.endpoint;
  return (
    <Page
      title={name}
      crumbs={CRUMBS}
      aside={endpoint === undefined ? null : <Status state={endpoint.state} />}
      actions={
        <>
          <QueryMenu document={ENDPOINT} variables={{ name }} />
          {endpoint === undefined ? null : <DeleteEndpoint name={name} />}
          {endpoint === undefined ? null : <RollBackButton endpoint={endpoint} onDone={refresh} />}
        </>
      }
    >
      <Loaded result={result} onRetry={refresh} skeleton={<BlockSkeleton height={420} />}>
        {(data) => <EndpointView endpoint={data.endpoint} refresh={refresh} />}
      </Loaded>
    </Page>
  );
}

function EndpointView({ endpoint, refresh }: { endpoint: EndpointDetails; refresh: () => void }) {
  const { place, viewer } = useSession();
  const refreshSoon = useThrottled(refresh);
  const { revision, lines, error, retry } = useDeployment(endpoint.name, refreshSoon);
  const model = endpoint.activeRevision?.version?.model;
  const input = model?.inputExample ?? exampleRequest(model?.signatureInputs ?? null) ?? EXAMPLE;
  const invocations = `${window.location.origin}${place.prefix}/endpoints/${endpoint.name}/invocations`;
  return (
    <>
      {endpoint.stateReason === null ? null : (
        <p className={classes.reason} data-bad={endpoint.state === 'FAILED'} role="status">
          {endpoint.stateReason}
        </p>
      )}
      <Stats endpoint={endpoint} />
      <div className={classes.columns}>
        <div>
          <Section title="Traffic">
            <TrafficBar revisions={endpoint.revisions.nodes} />
          </Section>
          <Section title="Revisions">
            <RevisionStack endpoint={endpoint} onDone={refresh} />
          </Section>
          <Section title={revision === null ? 'Deployment' : `Deployment of revision ${revision.number}`}>
            {revision === null ? error === undefined ? <BlockSkeleton /> : <ErrorState error={error} onRetry={retry} /> : <DeploymentSteps steps={revision.steps} lines={lines} />}
          </Section>
        </div>
        <div>
          <Section title="Try it">
            <TryIt url={invocations} example={input} ready={endpoint.activeRevision !== null} key={input} />
          </Section>
          <Section title="Call it">
            <Snippet title={endpoint.url} code={curlSnippet(endpoint.url, input, viewer.authMode === 'REQUIRED')} />
          </Section>
          <Section title="About">
            <Facts
              items={[
                ['Target', `${endpoint.target.name} (${endpoint.target.kind})`],
                ['Isolation', <span key="i">{endpoint.target.isolationNote}</span>],
                ['Created', <Time key="c" at={endpoint.createdAt} />],
                ...endpoint.conditions.map((condition) => [condition.type, <span key={condition.type}>{condition.message === '' ? condition.reason : condition.message} <span className="soft"><Time at={condition.changedAt} /></span></span>] as const),
              ]}
            />
          </Section>
        </div>
      </div>
    </>
  );
}

function Stats({ endpoint: { stats } }: { endpoint: EndpointDetails }) {
  const ms = (value: number | null) => (value === null ? '–' : value < 10 ? `${value.toFixed(1)} ms` : formatDuration(value));
  const items = [
    ['Requests/s', stats.requestsPerSecond.toFixed(1)],
    ['Requests', formatCount(stats.requests)],
    ['Errors', formatCount(stats.errors)],
    ['p50', ms(stats.latencyP50Ms)],
    ['p95', ms(stats.latencyP95Ms)],
    ['p99', ms(stats.latencyP99Ms)],
  ] as const;
  return (
    <div className={classes.statsLine}>
      <dl className={classes.stats} aria-label="Last five minutes">
      {items.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      </dl>
      <span className={classes.window}>last 5 min</span>
    </div>
  );
}

function useThrottled(action: () => void): () => void {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      action();
    }, 500);
  }, [action]);
}

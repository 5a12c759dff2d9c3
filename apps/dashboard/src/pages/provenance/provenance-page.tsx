import { IconBox, IconDatabase, IconGitCommit, IconPlayerPlay, IconRocket, IconSparkles, IconStack2, type Icon } from '@tabler/icons-react';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useQuery } from 'urql';
import { AliasFlags } from '../../ui/alias-flags.js';
import { CopyId } from '../../ui/copy-id.js';
import { DatasetList } from '../../ui/dataset-list.js';
import { formatUtc } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import { QueryMenu } from '../../ui/query-menu.js';
import { BlockSkeleton, Loaded } from '../../ui/states.js';
import { Status } from '../../ui/status.js';
import { Time } from '../../ui/time.js';
import classes from './provenance.module.css';
import { PROVENANCE, type ProvenanceData } from './provenance.graphql.js';

const route = getRouteApi('/provenance/$id');
const CRUMBS = [{ label: 'Endpoints', link: { to: '/endpoints' } }] as const;

/** From one prediction back to the commit. */
export function ProvenancePage() {
  const { id } = route.useParams();
  const [result, reload] = useQuery({ query: PROVENANCE, variables: { id } });
  return (
    <Page title="Provenance" crumbs={CRUMBS} aside={<CopyId id={id} label="Copy provenance id" />} actions={<QueryMenu document={PROVENANCE} variables={{ id }} />}>
      <Loaded result={result} onRetry={() => reload({ requestPolicy: 'network-only' })} skeleton={<BlockSkeleton height={420} />}>
        {(data) => <Chain provenance={data.provenance} />}
      </Loaded>
    </Page>
  );
}

function Chain({ provenance }: { provenance: ProvenanceData['provenance'] }) {
  const { endpoint, revision, modelVersion, run, datasets, sourceCommit } = provenance;
  return (
    <ol className={classes.chain} aria-label="Chain of origin">
      <Step icon={IconSparkles} name="Prediction">
        {formatUtc(provenance.predictedAt)} <span className="soft"><Time at={provenance.predictedAt} /></span>
      </Step>
      <Step icon={IconRocket} name="Endpoint">
        <Link to="/endpoints/$name" params={{ name: endpoint.name }}>
          {endpoint.name}
        </Link>
      </Step>
      <Step icon={IconStack2} name="Revision">
        Revision {revision.number} <Status state={revision.state} />
        <span className="soft">
          deployed by {revision.createdBy}, <Time at={revision.createdAt} />
        </span>
      </Step>
      <Step icon={IconBox} name="Model version">
        {modelVersion === null ? (
          <span className="soft">The version was deleted since.</span>
        ) : (
          <>
            <Link to="/models/$name/versions/$version" params={{ name: modelVersion.name, version: modelVersion.version }}>
              {modelVersion.name} version {modelVersion.version}
            </Link>
            <AliasFlags aliases={modelVersion.aliases} />
          </>
        )}
      </Step>
      <Step icon={IconPlayerPlay} name="Run">
        {run === null ? (
          <span className="soft">The version names no run.</span>
        ) : (
          <>
            <Link to="/runs/$runId" params={{ runId: run.runId }}>
              {run.name}
            </Link>
            <Status state={run.status} />
            <span className="soft">
              by {run.userName}, <Time at={run.startedAt} />
            </span>
          </>
        )}
      </Step>
      <Step icon={IconDatabase} name="Datasets">
        <div style={{ width: '100%' }}>
          <DatasetList datasets={datasets} empty="The run logged none." />
        </div>
      </Step>
      <Step icon={IconGitCommit} name="Commit">
        {sourceCommit === null ? <span className="soft">The run did not record one. Train from a git checkout to have it.</span> : <CopyId id={sourceCommit} label="Copy commit" />}
      </Step>
    </ol>
  );
}

function Step({ icon: StepIcon, name, children }: { icon: Icon; name: string; children: ReactNode }) {
  return (
    <li>
      <StepIcon size={18} stroke={1.6} aria-hidden />
      <h2>{name}</h2>
      <div className={classes.what}>{children}</div>
    </li>
  );
}

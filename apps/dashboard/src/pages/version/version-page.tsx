import { Button, Tabs } from '@mantine/core';
import { IconRocket } from '@tabler/icons-react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useQuery } from 'urql';
import { useSession } from '../../app/session.js';
import { AliasFlags } from '../../ui/alias-flags.js';
import { ArtifactBrowser } from '../../ui/artifacts/artifact-browser.js';
import { CopyId } from '../../ui/copy-id.js';
import { DatasetList } from '../../ui/dataset-list.js';
import { Facts, Section } from '../../ui/facts.js';
import { formatBytes, prettyJson } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import { QueryMenu } from '../../ui/query-menu.js';
import { Snippet } from '../../ui/snippet.js';
import { BlockSkeleton, Loaded } from '../../ui/states.js';
import { Status } from '../../ui/status.js';
import { loadModelSnippet } from '../../ui/teaching-snippets.js';
import { Time } from '../../ui/time.js';
import { DeploySheet } from '../deployment/deploy-sheet.js';
import { AliasEditor } from './alias-editor.js';
import { SignatureTable } from './signature-table.js';
import classes from './version.module.css';
import { VERSION, VERSION_ARTIFACTS, type VersionData } from './version.graphql.js';

const route = getRouteApi('/models/$name/versions/$version');

export function VersionPage() {
  const { name, version } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { project } = useSession();
  const [result, reload] = useQuery({ query: VERSION, variables: { name, version } });
  const [file, setFile] = useState<string | null>(null);
  const refresh = () => reload({ requestPolicy: 'network-only' });
  const crumbs = useMemo(
    () => [
      { label: 'Models', link: { to: '/models' as const } },
      { label: name, link: { to: '/models/$name' as const, params: { name } } },
    ],
    [name],
  );
  const openSheet = (open: boolean) => void navigate({ search: { deploy: open ? '1' : undefined }, replace: true });
  return (
    <Page
      title={`${name} version ${version}`}
      crumbs={crumbs}
      aside={<AliasFlags aliases={result.data?.modelVersion.aliases ?? []} />}
      actions={
        <>
          <QueryMenu document={VERSION} variables={{ name, version }} python={loadModelSnippet(project.trackingUri, `models:/${name}/${version}`)} />
          <Button leftSection={<IconRocket size={14} />} onClick={() => openSheet(true)}>
            Deploy
          </Button>
        </>
      }
    >
      <Loaded result={result} onRetry={refresh} skeleton={<BlockSkeleton height={360} />}>
        {(data) => (
          <Tabs defaultValue="overview" keepMounted={false}>
            <Tabs.List mb={16}>
              <Tabs.Tab value="overview">Overview</Tabs.Tab>
              <Tabs.Tab value="files">Files</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="overview">
              <Overview data={data} onChanged={refresh} />
            </Tabs.Panel>
            <Tabs.Panel value="files">
              <ArtifactBrowser document={VERSION_ARTIFACTS} variables={{ name, version }} read={(found) => found.modelVersion.artifacts} selected={file} onSelect={setFile} />
            </Tabs.Panel>
          </Tabs>
        )}
      </Loaded>
      <DeploySheet name={name} version={version} opened={search.deploy === '1'} onClose={() => openSheet(false)} />
    </Page>
  );
}

function Overview({ data, onChanged }: { data: VersionData; onChanged: () => void }) {
  const { registeredModel, modelVersion: version } = data;
  const { model, run } = version;
  const serving = registeredModel.endpoints.filter(({ activeRevision }) => activeRevision?.modelVersion === version.version);
  return (
    <div className={classes.columns}>
      <div>
        {version.description === '' ? null : <p className={classes.description}>{version.description}</p>}
        <Section title="Signature">
          {model === null ? (
            <p className="soft">The MLmodel file could not be read, so the signature is not known.</p>
          ) : (
            <>
              <SignatureTable label="Inputs" json={model.signatureInputs} />
              <SignatureTable label="Outputs" json={model.signatureOutputs} />
            </>
          )}
        </Section>
        {model?.inputExample == null ? null : <div className={classes.block}><Snippet title="Input example" code={prettyJson(model.inputExample)} maxHeight={220} /></div>}
        {model === null || model.requirements.length === 0 ? null : <div className={classes.block}><Snippet title="Requirements" code={model.requirements.join('\n')} maxHeight={220} /></div>}
      </div>
      <div>
        <Section title="Aliases">
          <AliasEditor model={registeredModel} version={version.version} onChanged={onChanged} />
        </Section>
        <Section title="About">
          <Facts
            items={[
              ['Created', <Time key="t" at={version.createdAt} />],
              ['By', version.userName ?? '–'],
              ['Flavors', model === null ? '–' : model.flavors.join(', ')],
              ['Size', model?.sizeBytes == null ? '–' : formatBytes(model.sizeBytes)],
              ['Status', version.status.toLowerCase().replaceAll('_', ' ')],
              [
                'Source run',
                run === null ? (
                  (version.runId ?? '–')
                ) : (
                  <span key="r" className={classes.run}>
                    <Status state={run.status} iconOnly />
                    <Link to="/runs/$runId" params={{ runId: run.runId }}>
                      {run.name}
                    </Link>
                  </span>
                ),
              ],
              ['Commit', run?.sourceCommit == null ? '–' : <CopyId key="c" id={run.sourceCommit} label="Copy commit" />],
              ['Source', <code key="u">{version.source}</code>],
            ]}
          />
        </Section>
        {run === null ? null : (
          <Section title="Datasets">
            <DatasetList datasets={run.datasets} empty="The source run logged none." />
          </Section>
        )}
        <Section title="Served by">
          {serving.length === 0 ? (
            <p className="soft">No endpoint serves this version.</p>
          ) : (
            serving.map((endpoint) => (
              <p key={endpoint.id} style={{ margin: 0 }}>
                <Link to="/endpoints/$name" params={{ name: endpoint.name }}>
                  {endpoint.name}
                </Link>{' '}
                <span className="soft">{endpoint.activeRevision?.trafficPercent} % of its traffic</span>
              </p>
            ))
          )}
        </Section>
        {version.tags.length === 0 ? null : (
          <Section title="Tags">
            <Facts items={version.tags.map(({ key, value }) => [key, value] as const)} />
          </Section>
        )}
      </div>
    </div>
  );
}

import { getRouteApi, Link } from '@tanstack/react-router';
import { useQuery } from 'urql';
import { useSession } from '../../app/session.js';
import { AliasFlags } from '../../ui/alias-flags.js';
import { Facts, Section } from '../../ui/facts.js';
import { Page } from '../../ui/page.js';
import { QueryMenu } from '../../ui/query-menu.js';
import { Snippet } from '../../ui/snippet.js';
import { BlockSkeleton, EmptyState, Loaded } from '../../ui/states.js';
import { Status } from '../../ui/status.js';
import { Table, tableClasses } from '../../ui/table.js';
import { loadModelSnippet, registerModelSnippet } from '../../ui/teaching-snippets.js';
import { Time } from '../../ui/time.js';
import { AliasTimeline } from './alias-timeline.js';
import classes from './model.module.css';
import { MODEL, type ModelDetails, type VersionRow } from './model.graphql.js';
import { ModelDescription } from './model-description.js';

const route = getRouteApi('/models/$name');
const CRUMBS = [{ label: 'Models', link: { to: '/models' } }] as const;
const COLUMNS = [{ label: 'Version', width: 110 }, { label: 'Aliases' }, { label: 'Description' }, { label: 'By', width: 110 }, { label: 'Created', width: 120 }];

export function ModelPage() {
  const { name } = route.useParams();
  const { project } = useSession();
  const [result, reload] = useQuery({ query: MODEL, variables: { name } });
  return (
    <Page title={name} crumbs={CRUMBS} actions={<QueryMenu document={MODEL} variables={{ name }} python={loadModelSnippet(project.trackingUri, `models:/${name}/latest`)} />}>
      <Loaded result={result} onRetry={() => reload({ requestPolicy: 'network-only' })} skeleton={<BlockSkeleton height={360} />}>
        {({ registeredModel: model }) => (
          <div className={classes.columns}>
            <div>
              <ModelDescription name={model.name} description={model.description} />
              <Section title="Versions">{model.versions.nodes.length === 0 ? <NoVersions trackingUri={project.trackingUri} /> : <Versions model={model} />}</Section>
            </div>
            <div>
              <Section title="Endpoints">
                {model.endpoints.length === 0 ? (
                  <p className="soft">Not deployed. Open a version and press Deploy.</p>
                ) : (
                  <Facts
                    items={model.endpoints.map((endpoint) => [
                      endpoint.name,
                      <span key={endpoint.id} className={classes.endpoint}>
                        <Status state={endpoint.state} />
                        <Link to="/endpoints/$name" params={{ name: endpoint.name }}>
                          {endpoint.activeRevision === null ? 'Open' : `serves version ${endpoint.activeRevision.modelVersion}`}
                        </Link>
                      </span>,
                    ])}
                  />
                )}
              </Section>
              <Section title="Alias history">
                <AliasTimeline name={model.name} changes={model.aliasHistory.nodes} />
              </Section>
              {model.tags.length === 0 ? null : (
                <Section title="Tags">
                  <Facts items={model.tags.map(({ key, value }) => [key, value] as const)} />
                </Section>
              )}
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function Versions({ model }: { model: ModelDetails }) {
  return (
    <Table label="Versions" columns={COLUMNS}>
      {model.versions.nodes.map((version) => (
        <VersionLine key={version.id} name={model.name} version={version} />
      ))}
    </Table>
  );
}

function VersionLine({ name, version }: { name: string; version: VersionRow }) {
  return (
    <tr>
      <td className={tableClasses.name}>
        <Link to="/models/$name/versions/$version" params={{ name, version: version.version }}>
          Version {version.version}
        </Link>
      </td>
      <td>
        <AliasFlags aliases={version.aliases} />
      </td>
      <td className="soft">
        {version.status === 'READY' ? null : `${version.status.toLowerCase().replaceAll('_', ' ')} `}
        {version.description.slice(0, 120)}
      </td>
      <td className="soft">{version.userName}</td>
      <td className="soft">
        <Time at={version.createdAt} />
      </td>
    </tr>
  );
}

function NoVersions({ trackingUri }: { trackingUri: string }) {
  return (
    <EmptyState title="No versions yet">
      <p>A version comes with log_model, or from a logged model with mlflow.register_model.</p>
      <Snippet title="Python" code={registerModelSnippet(trackingUri)} />
    </EmptyState>
  );
}

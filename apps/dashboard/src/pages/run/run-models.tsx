import { Link } from '@tanstack/react-router';
import { useQuery } from 'urql';
import { useSession } from '../../app/session.js';
import { AliasFlags } from '../../ui/alias-flags.js';
import { CopyId } from '../../ui/copy-id.js';
import { Section } from '../../ui/facts.js';
import { Snippet } from '../../ui/snippet.js';
import { BlockSkeleton, Loaded } from '../../ui/states.js';
import { Status } from '../../ui/status.js';
import { Table } from '../../ui/table.js';
import { Duration, Time } from '../../ui/time.js';
import { RUN_MODELS, type RunDetails } from './run.graphql.js';

/** Models the run logged, versions registered from it, runs nested in it. */
export function RunModels({ run }: { run: RunDetails }) {
  const { project } = useSession();
  const [result, reload] = useQuery({ query: RUN_MODELS, variables: { id: run.runId } });
  const newest = run.loggedModels[0];
  return (
    <Loaded result={result} onRetry={() => reload({ requestPolicy: 'network-only' })} skeleton={<BlockSkeleton />}>
      {({ run: { modelVersions, childRuns } }) => (
        <>
          <Section title="Registered versions">
            {modelVersions.length === 0 ? (
              <p className="soft">No version of a registered model comes from this run.</p>
            ) : (
              <Table label="Registered versions" columns={[{ label: 'Version' }, { label: 'Aliases' }, { label: 'Created', width: 130 }]}>
                {modelVersions.map((version) => (
                  <tr key={version.id}>
                    <td>
                      <Link to="/models/$name/versions/$version" params={{ name: version.name, version: version.version }}>
                        {version.name} version {version.version}
                      </Link>
                    </td>
                    <td>
                      <AliasFlags aliases={version.aliases} />
                    </td>
                    <td className="soft">
                      <Time at={version.createdAt} />
                    </td>
                  </tr>
                ))}
              </Table>
            )}
          </Section>
          <Section title="Logged models">
            {run.loggedModels.length === 0 ? (
              <p className="soft">None.</p>
            ) : (
              <Table label="Logged models" columns={[{ label: 'Name' }, { label: 'Id' }, { label: 'Status' }, { label: 'Created', width: 130 }]}>
                {run.loggedModels.map((model) => (
                  <tr key={model.id}>
                    <td>
                      <Link to="/experiments/$experimentId/models/$modelId" params={{ experimentId: run.experimentId, modelId: model.modelId }}>
                        {model.name}
                      </Link>
                    </td>
                    <td>
                      <CopyId id={model.modelId} label="Copy model id" />
                    </td>
                    <td className="soft">{model.status.toLowerCase()}</td>
                    <td className="soft">
                      <Time at={model.createdAt} />
                    </td>
                  </tr>
                ))}
              </Table>
            )}
          </Section>
          {newest !== undefined && modelVersions.length === 0 ? (
            <Section title="Register it">
              <Snippet title="Python" code={`import mlflow\nmlflow.set_tracking_uri("${project.trackingUri}")\nmlflow.register_model("models:/${newest.modelId}", "my-model")`} />
            </Section>
          ) : null}
          {childRuns.nodes.length === 0 ? null : (
            <Section title="Nested runs">
              <Table label="Nested runs" columns={[{ label: 'Run' }, { label: 'Status' }, { label: 'Started' }, { label: 'Duration', numeric: true }]}>
                {childRuns.nodes.map((child) => (
                  <tr key={child.id}>
                    <td>
                      <Link to="/runs/$runId" params={{ runId: child.runId }}>
                        {child.name}
                      </Link>
                    </td>
                    <td>
                      <Status state={child.status} />
                    </td>
                    <td className="soft">
                      <Time at={child.startedAt} />
                    </td>
                    <td className="num">
                      <Duration startedAt={child.startedAt} ms={child.durationMs} />
                    </td>
                  </tr>
                ))}
              </Table>
            </Section>
          )}
        </>
      )}
    </Loaded>
  );
}

import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useQuery } from 'urql';
import { useSession } from '../../app/session.js';
import { CopyId } from '../../ui/copy-id.js';
import { Facts, Section } from '../../ui/facts.js';
import { Page } from '../../ui/page.js';
import { QueryMenu } from '../../ui/query-menu.js';
import { Snippet } from '../../ui/snippet.js';
import { BlockSkeleton, Loaded } from '../../ui/states.js';
import { loadModelSnippet } from '../../ui/teaching-snippets.js';
import { Time } from '../../ui/time.js';
import { LOGGED_MODEL } from './logged-model.graphql.js';

const route = getRouteApi('/experiments/$experimentId/models/$modelId');

/** A model that a run logged and that may not be registered yet. */
export function LoggedModelPage() {
  const { experimentId, modelId } = route.useParams();
  const { project } = useSession();
  const [result, reload] = useQuery({ query: LOGGED_MODEL, variables: { id: modelId } });
  const crumbs = useMemo(
    () => [
      { label: 'Experiments', link: { to: '/experiments' as const } },
      { label: `Experiment ${experimentId}`, link: { to: '/experiments/$experimentId' as const, params: { experimentId } } },
    ],
    [experimentId],
  );
  return (
    <Page title={result.data?.loggedModel.name ?? 'Logged model'} crumbs={crumbs} aside={<CopyId id={modelId} label="Copy model id" />} actions={<QueryMenu document={LOGGED_MODEL} variables={{ id: modelId }} python={loadModelSnippet(project.trackingUri, `models:/${modelId}`)} />}>
      <Loaded result={result} onRetry={() => reload({ requestPolicy: 'network-only' })} skeleton={<BlockSkeleton />}>
        {({ loggedModel: model }) => (
          <div style={{ maxWidth: 760 }}>
            <Section title="About">
              <Facts
                items={[
                  ['Status', model.status.toLowerCase().replaceAll('_', ' ')],
                  ['Type', model.modelType ?? '–'],
                  ['Created', <Time key="c" at={model.createdAt} />],
                  [
                    'Source run',
                    model.sourceRunId === null ? (
                      '–'
                    ) : (
                      <Link key="r" to="/runs/$runId" params={{ runId: model.sourceRunId }}>
                        <code>{model.sourceRunId}</code>
                      </Link>
                    ),
                  ],
                ]}
              />
            </Section>
            <Section title="Register it, to deploy it">
              <Snippet title="Python" code={`import mlflow\nmlflow.set_tracking_uri("${project.trackingUri}")\nmlflow.register_model("models:/${model.modelId}", "my-model")`} />
            </Section>
          </div>
        )}
      </Loaded>
    </Page>
  );
}

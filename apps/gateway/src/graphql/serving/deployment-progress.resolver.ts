import { setTimeout as sleep } from 'node:timers/promises';
import { Inject } from '@nestjs/common';
import { Args, Resolver, Subscription } from '@nestjs/graphql';
import { isDomainError, type TenantContext } from '@modelyard/kernel';
import { EndpointService } from '@modelyard/serving';
import { Can } from '../../auth/access.decorators.js';
import { PUBLIC_URL } from '../identity/organization.resolver.js';
import { ProjectScope } from '../project-scope.js';
import { Tenant } from '../request-context.js';
import { DeploymentEvent } from './revision.graphql-types.js';
import { toEndpoint, toLogLine, toRevision } from './serving.mapping.js';

const LOOK_MS = 300;
const MAX_LINES = 500;
// A watcher that is left open must not ask for ever; clients subscribe anew.
const MAX_WATCH_MS = 60 * 60_000;

@Resolver()
export class DeploymentProgressResolver {
  constructor(
    private readonly scope: ProjectScope,
    private readonly endpoints: EndpointService,
    @Inject(PUBLIC_URL) private readonly publicUrl: string,
  ) {}

  @Subscription(() => DeploymentEvent, { description: 'Tells how an endpoint is now and on each change, with the log lines of its wished revision. Ends when it is deleted.' })
  @Can('endpoint:read')
  async deploymentProgress(@Tenant() caller: TenantContext, @Args('endpoint') name: string, @Args('project', { type: () => String, nullable: true }) project?: string): Promise<AsyncIterable<{ deploymentProgress: DeploymentEvent }>> {
    const ctx = await this.scope.of(caller, project);
    await this.endpoints.get(ctx, name);
    return this.watch(ctx, name);
  }

  private async *watch(ctx: TenantContext, name: string): AsyncGenerator<{ deploymentProgress: DeploymentEvent }> {
    let change: bigint | null = null;
    let sequence = 0n;
    for (const end = Date.now() + MAX_WATCH_MS; Date.now() < end; ) {
      const endpoint = await this.find(ctx, name);
      if (endpoint === null) return;
      const wished = endpoint.desiredRevision;
      const lines = wished === null ? [] : await this.endpoints.logsSince(ctx, endpoint, wished, sequence, MAX_LINES);
      if (lines.length > 0 || endpoint.changeNumber !== change) {
        const revision = wished === null ? null : await this.endpoints.findRevision(ctx, endpoint, wished);
        yield { deploymentProgress: { endpoint: toEndpoint(ctx, endpoint, this.publicUrl), revision: revision === null ? null : toRevision(ctx, endpoint, revision), logLines: lines.map(toLogLine) } };
      }
      change = endpoint.changeNumber;
      sequence = lines.at(-1)?.sequence ?? sequence;
      if (lines.length < MAX_LINES) await sleep(LOOK_MS);
    }
  }

  private async find(ctx: TenantContext, name: string) {
    try {
      return await this.endpoints.get(ctx, name);
    } catch (error) {
      if (isDomainError(error, 'NOT_FOUND')) return null;
      throw error;
    }
  }
}

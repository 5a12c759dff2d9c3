import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { TenantContext } from '@modelyard/kernel';
import { AllowedHostService } from '@modelyard/registry';
import { Can } from '../../auth/access.decorators.js';
import { Tenant } from '../request-context.js';
import { SetWebhookHostInput, SetWebhookHostPayload, WebhookHost } from './webhook-host.graphql-types.js';

@Resolver(() => WebhookHost)
export class WebhookHostResolver {
  constructor(private readonly hosts: AllowedHostService) {}

  @Query(() => [WebhookHost], { description: 'Private hosts that webhooks of the organization may reach, by name.' })
  @Can('organization:admin')
  async webhookHosts(@Tenant() ctx: TenantContext): Promise<WebhookHost[]> {
    return this.hosts.list(ctx);
  }

  @Mutation(() => SetWebhookHostPayload, { description: 'Lets webhooks of the organization reach a private host, or no longer.' })
  @Can('organization:admin')
  async setWebhookHost(@Tenant() ctx: TenantContext, @Args('input') input: SetWebhookHostInput): Promise<SetWebhookHostPayload> {
    return { hosts: await this.hosts.set(ctx, input.host, input.allowed) };
  }
}

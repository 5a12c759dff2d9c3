import { Inject } from '@nestjs/common';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { OrganizationService, type Organization as DomainOrganization } from '@modelyard/identity';
import { encodeGlobalId, notFound, type TenantContext } from '@modelyard/kernel';
import { Authenticated, Can } from '../../auth/access.decorators.js';
import { Tenant } from '../request-context.js';
import { AuthMode, CreateOrganizationInput, CreateOrganizationPayload, Organization, Viewer } from './organization.graphql-types.js';

/** Base URL people reach the gateway under. */
export const PUBLIC_URL = 'PUBLIC_URL';
export const AUTH_MODE = 'AUTH_MODE';

@Resolver(() => Organization)
export class OrganizationResolver {
  constructor(
    private readonly organizations: OrganizationService,
    @Inject(PUBLIC_URL) private readonly publicUrl: string,
    @Inject(AUTH_MODE) private readonly authMode: AuthMode,
  ) {}

  @Query(() => Viewer, { description: 'Who is asking, and with which rights.' })
  @Authenticated('everybody may ask who they are')
  async viewer(@Tenant() ctx: TenantContext): Promise<Viewer> {
    return {
      name: ctx.actor.name,
      kind: ctx.actor.kind,
      permissions: [...ctx.access.organization].sort(),
      organization: this.toGraphql(await this.organizations.get(ctx)),
      projectName: ctx.projectName ?? 'default',
      authMode: this.authMode,
    };
  }

  @Query(() => Organization, { description: 'The organization of this request. Another one is NOT_FOUND: name it in the URL, `/orgs/<slug>/graphql`.' })
  @Can('organization:read')
  async organization(@Tenant() ctx: TenantContext, @Args('slug', { type: () => String, nullable: true }) slug?: string): Promise<Organization> {
    if (slug != null && slug !== ctx.organizationSlug) throw notFound(`Organization '${slug.slice(0, 80)}'`);
    return this.toGraphql(await this.organizations.get(ctx));
  }

  @Query(() => [Organization], { name: 'organizations', description: 'Organizations the caller can reach: all for an operator of the installation, else the own one.' })
  @Can('organization:read')
  async allOrganizations(@Tenant() ctx: TenantContext): Promise<Organization[]> {
    return (await this.organizations.list(ctx)).map((organization) => this.toGraphql(organization));
  }

  @Mutation(() => CreateOrganizationPayload, { description: 'Makes an organization with its owner, first project, Default experiment and a token. For operators.' })
  @Can('installation:operate')
  async createOrganization(@Tenant() ctx: TenantContext, @Args('input') input: CreateOrganizationInput): Promise<CreateOrganizationPayload> {
    const { organization, token } = await this.organizations.create(ctx, { slug: input.slug, name: input.name ?? undefined, owner: input.owner ?? undefined });
    return { organization: this.toGraphql(organization), token };
  }

  private toGraphql(organization: DomainOrganization): Organization {
    return {
      id: encodeGlobalId('Organization', organization.id, organization.id),
      slug: organization.slug,
      name: organization.name,
      createdAt: new Date(organization.createdAt),
      trackingUri: `${this.publicUrl}/orgs/${organization.slug}`,
    };
  }
}

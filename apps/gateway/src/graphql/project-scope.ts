import { Injectable } from '@nestjs/common';
import { ProjectService } from '@modelyard/identity';
import { inProject, type TenantContext } from '@modelyard/kernel';

/** Looks at the project a query names, with the rights the caller has there. */
@Injectable()
export class ProjectScope {
  constructor(private readonly projects: ProjectService) {}

  /** The context in the named project; without a name, as it is. Throws NOT_FOUND. */
  async of(ctx: TenantContext, project: string | null | undefined): Promise<TenantContext> {
    if (project == null || project === ctx.projectName) return ctx;
    return inProject(ctx, await this.projects.getByName(ctx, project));
  }
}

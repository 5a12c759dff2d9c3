import { Controller, HttpCode, Param, Query } from '@nestjs/common';
import { DeleteProject, ProjectService } from '@modelyard/identity';
import { DomainError, isDomainError, type TenantContext } from '@modelyard/kernel';
import type { z } from 'zod';
import { Can } from '../../auth/access.decorators.js';
import { Ctx, Message } from '../mlflow-request.js';
import { MlflowRoute } from '../mlflow-route.js';
import { absentIfEmpty } from '../registry/model-versions.wire.js';
import * as wire from './workspaces.wire.js';

/** MLflow's workspaces: the projects of the caller's organization. */
@Controller()
export class WorkspacesController {
  constructor(
    private readonly projects: ProjectService,
    private readonly deletion: DeleteProject,
  ) {}

  @MlflowRoute('GET', '/mlflow/workspaces', '3.0')
  @Can('project:read')
  async list(@Ctx() ctx: TenantContext) {
    return { workspaces: absentIfEmpty((await this.projects.list(ctx)).map(wire.workspaceMessage)) };
  }

  @HttpCode(201)
  @MlflowRoute('POST', '/mlflow/workspaces', '3.0')
  @Can('project:create')
  async create(@Ctx() ctx: TenantContext, @Message(wire.CREATE) message: z.output<typeof wire.CREATE>) {
    const name = wire.checkWorkspaceName(message.name, 'created');
    try {
      return { workspace: wire.workspaceMessage(await this.projects.create(ctx, { name, ...wire.propertiesOf(message) })) };
    } catch (error) {
      if (isDomainError(error, 'ALREADY_EXISTS')) throw new DomainError('ALREADY_EXISTS', `Workspace '${name}' already exists. Choose another name.`, { field: 'name' }, { cause: error });
      throw error;
    }
  }

  @MlflowRoute('GET', '/mlflow/workspaces/:workspace_name', '3.0')
  @Can('project:read')
  async get(@Ctx() ctx: TenantContext, @Param('workspace_name') text: string) {
    const name = wire.checkWorkspaceName(text);
    return { workspace: wire.workspaceMessage(await named(name, this.projects.getByName(ctx, name))) };
  }

  @MlflowRoute('PATCH', '/mlflow/workspaces/:workspace_name', '3.0')
  @Can('project:admin')
  async update(@Ctx() ctx: TenantContext, @Param('workspace_name') text: string, @Message(wire.UPDATE) message: z.output<typeof wire.UPDATE>) {
    const name = wire.checkWorkspaceName(text);
    return { workspace: wire.workspaceMessage(await named(name, this.projects.update(ctx, name, wire.changeOf(message)))) };
  }

  @HttpCode(204)
  @MlflowRoute('DELETE', '/mlflow/workspaces/:workspace_name', '3.0')
  @Can('project:admin')
  async delete(@Ctx() ctx: TenantContext, @Param('workspace_name') text: string, @Query('mode') mode: unknown): Promise<void> {
    const name = wire.checkWorkspaceName(text, 'deleted');
    await named(name, this.deletion.delete(ctx, name, wire.deletionMode(mode)));
  }
}

/** NOT_FOUND in MLflow's words, and in the same for what is absent and for what the caller may not see. */
async function named<T>(name: string, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw isDomainError(error, 'NOT_FOUND') ? new DomainError('NOT_FOUND', `Workspace '${name}' not found`, {}, { cause: error }) : error;
  });
}

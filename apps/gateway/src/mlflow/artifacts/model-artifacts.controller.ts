import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError, type TenantContext } from '@modelyard/kernel';
import { ModelVersionService, parseVersion } from '@modelyard/registry';
import { ArtifactService } from '@modelyard/tracking';
import type { z } from 'zod';
import { Can } from '../../auth/access.decorators.js';
import { Ctx, Message } from '../mlflow-request.js';
import { MlflowRoute } from '../mlflow-route.js';
import { FILE_OF_LOGGED_MODEL, FILE_OF_VERSION, LIST_OF_LOGGED_MODEL, listingMessage, safeFile, safeFolder } from './artifacts.wire.js';
import { sendArtifact } from './send-artifact.js';

/** Artifacts by logged model and by registered model version. */
@Controller()
export class ModelArtifactsController {
  constructor(
    private readonly artifacts: ArtifactService,
    private readonly versions: ModelVersionService,
  ) {}

  @MlflowRoute('GET', '/mlflow/logged-models/:model_id/artifacts/directories')
  @Can('artifact:read')
  async list(@Ctx() ctx: TenantContext, @Param('model_id') modelId: string, @Message(LIST_OF_LOGGED_MODEL) message: z.output<typeof LIST_OF_LOGGED_MODEL>) {
    return listingMessage(await this.artifacts.list(ctx, { kind: 'logged-model', modelId, path: safeFolder(message.artifact_directory_path) }));
  }

  @Get('ajax-api/2.0/mlflow/logged-models/:model_id/artifacts/files')
  @Can('artifact:read')
  async download(@Ctx() ctx: TenantContext, @Param('model_id') modelId: string, @Message(FILE_OF_LOGGED_MODEL) message: z.output<typeof FILE_OF_LOGGED_MODEL>, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (message.artifact_file_path === '') throw new DomainError('INVALID_ARGUMENT', 'Request must include the "artifact_file_path" query parameter.', { mlflowCode: 'BAD_REQUEST' });
    await sendArtifact(this.artifacts, ctx, { kind: 'logged-model', modelId, path: safeFile(message.artifact_file_path) }, request, reply);
  }

  @Get('model-versions/get-artifact')
  @Can('artifact:read')
  async downloadOfVersion(@Ctx() ctx: TenantContext, @Message(FILE_OF_VERSION) message: z.output<typeof FILE_OF_VERSION>, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { storageLocation } = await this.versions.get(ctx, message.name, parseVersion(message.version));
    await sendArtifact(this.artifacts, ctx, { kind: 'uri', uri: storageLocation, path: safeFile(message.path) }, request, reply);
  }
}

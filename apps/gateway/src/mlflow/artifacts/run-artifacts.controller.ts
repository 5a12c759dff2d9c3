import { Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError, type TenantContext } from '@modelyard/kernel';
import { ArtifactService } from '@modelyard/tracking';
import type { z } from 'zod';
import { Can } from '../../auth/access.decorators.js';
import { Ctx, Message } from '../mlflow-request.js';
import { MlflowRoute } from '../mlflow-route.js';
import { FILE_OF_RUN, LIST_OF_RUN, listingMessage, PRESIGNED_DOWNLOAD, PRESIGNED_UPLOAD, safeFile, safeFolder } from './artifacts.wire.js';
import { atMost, uploadOf } from './receive-artifact.js';
import { sendArtifact } from './send-artifact.js';

/** Of uploads by the browser (mlflow 3.17, upload_artifact_handler). */
const MAX_BROWSER_UPLOAD_BYTES = 10 * 1024 * 1024;

/** Artifacts by run: what MLflow's UI, its Java client and download links use. */
@Controller()
export class RunArtifactsController {
  constructor(private readonly artifacts: ArtifactService) {}

  @MlflowRoute('GET', '/mlflow/artifacts/list')
  @Can('artifact:read')
  async list(@Ctx() ctx: TenantContext, @Message(LIST_OF_RUN) message: z.output<typeof LIST_OF_RUN>) {
    return listingMessage(await this.artifacts.list(ctx, { kind: 'run', runId: message.run_id || message.run_uuid, path: safeFolder(message.path) }));
  }

  @Get('get-artifact')
  @Can('artifact:read')
  async download(@Ctx() ctx: TenantContext, @Message(FILE_OF_RUN) message: z.output<typeof FILE_OF_RUN>, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await sendArtifact(this.artifacts, ctx, { kind: 'run', runId: runIdOf(message), path: safeFile(message.path) }, request, reply);
  }

  /** The body is the file itself; run and path come in the query. */
  @Post('ajax-api/2.0/mlflow/upload-artifact')
  @HttpCode(200)
  @Can('artifact:write')
  async upload(@Ctx() ctx: TenantContext, @Req() request: FastifyRequest) {
    const query = request.query as { run_uuid?: unknown; path?: unknown };
    const runId = [query.run_uuid].flat()[0];
    if (!runId) throw new DomainError('INVALID_ARGUMENT', 'Request must specify run_uuid.', { field: 'run_uuid' });
    if (!query.path) throw new DomainError('INVALID_ARGUMENT', 'Request must specify path.', { field: 'path' });
    const path = safeFile(String([query.path].flat()[0]));
    const { body, options } = uploadOf(request, path);
    if (options.contentLength === 0) throw new DomainError('INVALID_ARGUMENT', 'Request must specify data.', { field: 'body' });
    if ((options.contentLength ?? 0) > MAX_BROWSER_UPLOAD_BYTES) throw tooLarge();
    const limited = body instanceof Uint8Array ? body : atMost(body, MAX_BROWSER_UPLOAD_BYTES, tooLarge);
    await this.artifacts.write(ctx, { kind: 'run', runId: String(runId), path }, limited, options);
    return '';
  }

  @MlflowRoute('POST', '/mlflow/artifacts/presigned-upload-url')
  @Can('artifact:write')
  async presignedUpload(@Ctx() ctx: TenantContext, @Message(PRESIGNED_UPLOAD) message: z.output<typeof PRESIGNED_UPLOAD>): Promise<never> {
    if ((message.run_id === '') === (message.model_id === '')) throw new DomainError('INVALID_ARGUMENT', 'Exactly one of run_id and model_id must be provided.', { field: 'run_id' });
    const path = safeFile(message.path);
    await this.artifacts.check(ctx, message.run_id === '' ? { kind: 'logged-model', modelId: message.model_id, path } : { kind: 'run', runId: message.run_id, path }, 'artifact:write');
    throw new DomainError('INVALID_ARGUMENT', 'Presigned upload is not supported for proxied artifact storage (artifact URI scheme: mlflow-artifacts). This endpoint requires a direct cloud storage artifact URI.');
  }

  @MlflowRoute('POST', '/mlflow/artifacts/presigned-download-url')
  @Can('artifact:read')
  async presignedDownload(@Ctx() ctx: TenantContext, @Message(PRESIGNED_DOWNLOAD) message: z.output<typeof PRESIGNED_DOWNLOAD>): Promise<never> {
    await this.artifacts.check(ctx, { kind: 'run', runId: message.run_id, path: safeFile(message.path) }, 'artifact:read');
    throw new DomainError('INVALID_ARGUMENT', 'Presigned download is not supported for runs with proxied artifact storage (artifact URI scheme: mlflow-artifacts). This endpoint requires a run with a direct cloud storage artifact URI.');
  }
}

/** `run_uuid` is what old clients call it. */
function runIdOf(message: { run_id?: string; run_uuid?: string }): string {
  const runId = message.run_id || message.run_uuid;
  // As Python prints what is not there.
  return runId || 'None';
}

function tooLarge(): DomainError {
  return new DomainError('INVALID_ARGUMENT', 'Artifact size is too large. Max size is 10MB.', { field: 'body' });
}

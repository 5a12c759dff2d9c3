import { Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError, type TenantContext } from '@modelyard/kernel';
import { ArtifactService, missingValue } from '@modelyard/tracking';
import type { z } from 'zod';
import { Can } from '../../auth/access.decorators.js';
import { Ctx, Message } from '../mlflow-request.js';
import { MlflowRoute } from '../mlflow-route.js';
import { FILE_OF_RUN, LIST_OF_RUN, listingMessage } from './artifacts.wire.js';
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
    return listingMessage(await this.artifacts.list(ctx, { kind: 'run', runId: runIdOf(message), path: message.path }));
  }

  @Get('get-artifact')
  @Can('artifact:read')
  async download(@Ctx() ctx: TenantContext, @Message(FILE_OF_RUN) message: z.output<typeof FILE_OF_RUN>, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await sendArtifact(this.artifacts, ctx, { kind: 'run', runId: runIdOf(message), path: message.path }, request, reply);
  }

  /** The body is the file itself; run and path come in the query. */
  @Post('ajax-api/2.0/mlflow/upload-artifact')
  @HttpCode(200)
  @Can('artifact:write')
  async upload(@Ctx() ctx: TenantContext, @Req() request: FastifyRequest) {
    const message = FILE_OF_RUN.safeParse(request.query);
    if (!message.success) throw new DomainError('INVALID_ARGUMENT', 'Request must specify path.', { field: 'path' });
    const { path } = message.data;
    const { body, options } = uploadOf(request, path);
    if (options.contentLength === 0) throw new DomainError('INVALID_ARGUMENT', 'Request must specify data.', { field: 'body' });
    if ((options.contentLength ?? 0) > MAX_BROWSER_UPLOAD_BYTES) throw tooLarge();
    const limited = body instanceof Uint8Array ? body : atMost(body, MAX_BROWSER_UPLOAD_BYTES, tooLarge);
    await this.artifacts.write(ctx, { kind: 'run', runId: runIdOf(message.data), path }, limited, options);
    return {};
  }

  @MlflowRoute('POST', '/mlflow/artifacts/presigned-upload-url')
  @Can('artifact:write')
  presignedUpload(): never {
    throw notPresigned('upload');
  }

  @MlflowRoute('POST', '/mlflow/artifacts/presigned-download-url')
  @Can('artifact:read')
  presignedDownload(): never {
    throw notPresigned('download');
  }
}

/** `run_uuid` is what old clients call it. */
function runIdOf(message: { run_id?: string; run_uuid?: string }): string {
  const runId = message.run_id || message.run_uuid;
  if (!runId) throw missingValue('run_id');
  return runId;
}

function tooLarge(): DomainError {
  return new DomainError('INVALID_ARGUMENT', 'Artifact size is too large. Max size is 10MB.', { field: 'body' });
}

/** In MLflow's words for stores behind its proxy. */
function notPresigned(what: 'upload' | 'download'): DomainError {
  return new DomainError(
    'INVALID_ARGUMENT',
    `Presigned ${what} is not supported for proxied artifact storage (artifact URI scheme: mlflow-artifacts). This endpoint requires a direct cloud storage artifact URI.`,
  );
}

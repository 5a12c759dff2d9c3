import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError, isDomainError, type TenantContext } from '@modelyard/kernel';
import { ArtifactService, TRACE_TAG, TraceService } from '@modelyard/tracking';
import type { z } from 'zod';
import { Can } from '../../auth/access.decorators.js';
import { attachmentOf } from '../artifacts/content-headers.js';
import { safeFile } from '../artifacts/artifacts.wire.js';
import { sendArtifact } from '../artifacts/send-artifact.js';
import { Ctx, Message } from '../mlflow-request.js';
import { traceArtifact } from './traces.wire.js';

const FILE = 'traces.json';
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** The spans of a trace as a file, wherever they are; with `path` an attachment of it. */
@Controller()
export class TraceArtifactController {
  constructor(
    private readonly traces: TraceService,
    private readonly artifacts: ArtifactService,
  ) {}

  @Get(['ajax-api/2.0/mlflow/get-trace-artifact', 'ajax-api/3.0/mlflow/get-trace-artifact'])
  @Can('run:read')
  async download(@Ctx() ctx: TenantContext, @Message(traceArtifact) message: z.output<typeof traceArtifact>, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (message.request_id === '') throw new DomainError('INVALID_ARGUMENT', 'Request must include the "request_id" query parameter.', { field: 'request_id', mlflowCode: 'BAD_REQUEST' });
    const attachment = message.path === '' ? undefined : attachmentPath(message.path);
    const { info, contents } = await this.traces.getContents(ctx, message.request_id);
    const path = attachment ?? FILE;
    if (contents !== null && attachment === undefined) {
      reply.status(200).header('content-type', 'text/plain; charset=utf-8').header('content-disposition', attachmentOf(FILE)).header('x-content-type-options', 'nosniff').send(`{"spans":[${contents.join(', ')}]}`);
      return;
    }
    const uri = info.tags[TRACE_TAG.artifactLocation];
    if (uri === undefined) throw missing(path);
    try {
      await sendArtifact(this.artifacts, ctx, { kind: 'uri', uri, path }, request, reply);
    } catch (error) {
      throw isDomainError(error, 'NOT_FOUND') ? missing(path) : error;
    }
  }
}

/** Attachments have UUIDs for names. Throws INVALID_ARGUMENT. */
function attachmentPath(path: string): string {
  const name = safeFile(path);
  if (!UUID.test(name)) throw new DomainError('INVALID_ARGUMENT', `Invalid attachment path: '${name}'. Attachment path must be a valid UUID.`, { field: 'path', mlflowClass: 'ATTRIBUTE_NOT_FOUND' });
  return `attachments/${name}`;
}

function missing(path: string): DomainError {
  return new DomainError('NOT_FOUND', `Trace data not found for path=${path}`, { mlflowCode: 'NOT_FOUND' });
}

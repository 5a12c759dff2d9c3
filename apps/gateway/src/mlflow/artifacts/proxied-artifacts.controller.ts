import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TenantContext } from '@modelyard/kernel';
import { ArtifactService } from '@modelyard/tracking';
import type { z } from 'zod';
import { Can } from '../../auth/access.decorators.js';
import { Ctx, Message } from '../mlflow-request.js';
import { MlflowRoute } from '../mlflow-route.js';
import { filesMessage, LIST_PROXIED, safeFile, safeFolder } from './artifacts.wire.js';
import { uploadOf } from './receive-artifact.js';
import { sendArtifact } from './send-artifact.js';

const ROOT = '/mlflow-artifacts/artifacts';

/** Artifact bytes by their path `<experiment>/...`: what clients do with `mlflow-artifacts:` locations. */
@Controller()
export class ProxiedArtifactsController {
  constructor(private readonly artifacts: ArtifactService) {}

  @MlflowRoute('GET', ROOT)
  @Can('artifact:read')
  async list(@Ctx() ctx: TenantContext, @Message(LIST_PROXIED) { path }: z.output<typeof LIST_PROXIED>) {
    const { entries } = await this.artifacts.list(ctx, { kind: 'path', path: safeFolder(path) });
    return { files: filesMessage(entries, 'basenames') };
  }

  @MlflowRoute('GET', `${ROOT}/*`)
  @Can('artifact:read')
  async download(@Ctx() ctx: TenantContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await sendArtifact(this.artifacts, ctx, { kind: 'path', path: safeFile(wildcard(request)) }, request, reply);
  }

  @MlflowRoute('PUT', `${ROOT}/*`)
  @Can('artifact:write')
  async upload(@Ctx() ctx: TenantContext, @Req() request: FastifyRequest) {
    const path = safeFile(wildcard(request));
    const { body, options } = uploadOf(request, path);
    await this.artifacts.write(ctx, { kind: 'path', path }, body, options);
    return '';
  }

  @MlflowRoute('DELETE', `${ROOT}/*`)
  @Can('artifact:delete')
  async remove(@Ctx() ctx: TenantContext, @Req() request: FastifyRequest) {
    const path = safeFolder(wildcard(request));
    await this.artifacts.remove(ctx, { kind: 'path', path });
    return {};
  }
}

function wildcard(request: FastifyRequest): string {
  return (request.params as { '*'?: string })['*'] ?? '';
}

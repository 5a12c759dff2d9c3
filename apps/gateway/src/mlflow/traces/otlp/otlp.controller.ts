import { Controller, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TenantContext } from '@modelyard/kernel';
import { TraceIngestService, type SpanInput } from '@modelyard/tracking';
import { Can } from '../../../auth/access.decorators.js';
import { Ctx } from '../../mlflow-request.js';
import { readOtlpBody } from './otlp-body.js';
import { decodeOtlpJson } from './otlp-json.js';
import { decodeOtlpProto } from './otlp-proto.js';
import { OtlpRefusal } from './otlp-refusal.js';

const EXPERIMENT_HEADER = 'x-mlflow-experiment-id';
const RUN_HEADER = 'x-mlflow-run-id';

const DECODERS: Readonly<Record<string, (body: Uint8Array) => SpanInput[]>> = {
  'application/x-protobuf': decodeOtlpProto,
  'application/json': decodeOtlpJson,
};

/** OpenTelemetry's OTLP over HTTP, as MLflow takes it (mlflow.server.otel_api). */
@Controller()
export class OtlpController {
  constructor(private readonly traces: TraceIngestService) {}

  @Post('v1/traces')
  @Can('run:write')
  async export(@Ctx() ctx: TenantContext, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    try {
      await this.ingest(ctx, request);
      // An ExportTraceServiceResponse without a word is no bytes at all.
      reply.status(200).header('content-type', 'application/x-protobuf').send('');
    } catch (error) {
      if (!(error instanceof OtlpRefusal)) throw error;
      reply.status(error.status).header('content-type', 'application/json').send(JSON.stringify({ detail: error.detail }));
    }
  }

  private async ingest(ctx: TenantContext, request: FastifyRequest): Promise<void> {
    const experimentId = headerOf(request, EXPERIMENT_HEADER);
    if (experimentId === undefined) throw new OtlpRefusal(422, [{ type: 'missing', loc: ['header', EXPERIMENT_HEADER], msg: 'Field required', input: null }]);
    const type = request.headers['content-type'];
    const mediaType = type?.split(';')[0]?.trim() ?? '';
    const decode = Object.hasOwn(DECODERS, mediaType) ? DECODERS[mediaType] : undefined;
    if (decode === undefined) throw new OtlpRefusal(400, `Invalid Content-Type: ${type?.slice(0, 200) ?? 'None'}. Expected: application/x-protobuf or application/json`);
    const spans = decode(await readOtlpBody(request));
    if (spans.length > 0) await this.traces.ingest(ctx, experimentId, spans, headerOf(request, RUN_HEADER) || undefined);
  }
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

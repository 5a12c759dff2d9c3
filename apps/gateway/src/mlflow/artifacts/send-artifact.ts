import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isDomainError, type TenantContext } from '@modelyard/kernel';
import type { ObjectRead } from '@modelyard/storage';
import type { ArtifactAddress, ArtifactService } from '@modelyard/tracking';
import { attachmentOf, guessContentType, parseRange } from './content-headers.js';

/** Streams a file to the client as an attachment. One range of bytes and `If-None-Match` are honoured. */
export async function sendArtifact(artifacts: ArtifactService, ctx: TenantContext, address: ArtifactAddress, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const range = request.headers['if-range'] === undefined ? parseRange(request.headers.range) : undefined;
  let file: ObjectRead;
  try {
    file = await artifacts.open(ctx, address, { range });
  } catch (error) {
    if (!isDomainError(error, 'INVALID_ARGUMENT') || error.details.field !== 'range') throw error;
    reply.status(416).header('content-range', `bytes */${error.details['sizeBytes'] ?? '*'}`).send();
    return;
  }
  describe(reply, file, address.path);
  if (request.headers['if-none-match'] === file.etag) {
    file.stream.destroy();
    reply.status(304).send();
  } else if (request.method === 'HEAD') {
    file.stream.destroy();
    // Any other empty body would make Fastify answer a length of 0.
    reply.send(Readable.from([]));
  } else {
    reply.send(file.stream);
  }
}

function describe(reply: FastifyReply, { etag, sizeBytes, modifiedAt, range }: ObjectRead, path: string): void {
  reply.headers({
    'content-type': guessContentType(path),
    'content-disposition': attachmentOf(path),
    'x-content-type-options': 'nosniff',
    // Should a browser show it all the same: no script, no origin.
    'content-security-policy': "default-src 'none'; sandbox",
    'cache-control': 'private, no-cache',
    'accept-ranges': 'bytes',
    'last-modified': modifiedAt.toUTCString(),
    etag,
  });
  if (range === undefined) reply.header('content-length', sizeBytes);
  else reply.status(206).headers({ 'content-range': `bytes ${range.start}-${range.end}/${sizeBytes}`, 'content-length': range.end - range.start + 1 });
}

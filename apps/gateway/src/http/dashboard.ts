import { existsSync } from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import type { Access } from '../auth/access.decorators.js';

const FILES: Access = { public: 'the dashboard is static files; what it shows comes through GraphQL with a login' };

// The pages of the single-page app. Any other unknown path stays a 404, so that a mistyped API path is noticed.
const PAGES = ['/', '/login', '/experiments', '/experiments/*', '/runs/*', '/models', '/models/*', '/endpoints', '/endpoints/*', '/governance', '/governance/*', '/settings', '/settings/*', '/compare', '/compare/*'];

const CONTENT_SECURITY_POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self' ws: wss:; frame-src 'self' blob:; frame-ancestors 'none'; base-uri 'self'; form-action 'self'";

/** Serves the built dashboard: hashed assets for a year, pages fresh, relative to whatever prefix the browser used. */
export async function serveDashboard(fastify: FastifyInstance, directory: string): Promise<void> {
  if (!existsSync(path.join(directory, 'index.html'))) {
    fastify.get('/', { config: { access: FILES } }, (_request, reply) => reply.type('text/plain').send('Modelyard runs. The dashboard is not built here: run `npm run build`.'));
    return;
  }
  await fastify.register(fastifyStatic, { root: directory, serve: false });
  fastify.get('/assets/*', { config: { access: FILES } }, (request, reply) => {
    const file = (request.params as { '*': string })['*'];
    return reply.header('x-content-type-options', 'nosniff').sendFile(`assets/${file}`, directory, { maxAge: '365d', immutable: true });
  });
  for (const url of PAGES) {
    fastify.get(url, { config: { access: FILES } }, (_request, reply) =>
      reply
        .header('cache-control', 'no-cache')
        .header('content-security-policy', CONTENT_SECURITY_POLICY)
        .header('x-content-type-options', 'nosniff')
        .header('referrer-policy', 'same-origin')
        .sendFile('index.html', directory, { cacheControl: false }),
    );
  }
}

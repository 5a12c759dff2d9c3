import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import type { Access } from '../auth/access.decorators.js';

const FILES: Access = { public: 'the dashboard is static files; what it shows comes through GraphQL with a login' };

// The pages of the single-page app. Any other unknown path stays a 404, so that a mistyped API path is noticed.
const PAGES = ['/', '/login', '/experiments', '/experiments/*', '/runs/*', '/models', '/models/*', '/endpoints', '/endpoints/*', '/provenance/*', '/governance', '/governance/*', '/settings', '/settings/*', '/compare', '/compare/*'];

const CONTENT_SECURITY_POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self' ws: wss:; frame-src 'self' blob:; frame-ancestors 'none'; base-uri 'self'; form-action 'self'";

const BASE_ELEMENT = '<base href="/" />';

/**
 * Serves the built dashboard: hashed assets for a year, pages fresh. The page's `<base>` names the installation's
 * sub-path (`basePath`, no slash at the end), so that assets load from pages of any depth and are cached once for all
 * tenants; the tenant itself the page reads from its URL.
 */
export async function serveDashboard(fastify: FastifyInstance, directory: string, basePath = ''): Promise<void> {
  if (!existsSync(path.join(directory, 'index.html'))) {
    fastify.get('/', { config: { access: FILES } }, (_request, reply) => reply.type('text/plain').send('Modelyard runs. The dashboard is not built here: run `npm run build`.'));
    return;
  }
  const base = `<base href="${escapeAttribute(basePath)}/" />`;
  // Read anew for each page: a build beside a running gateway changes the names of the assets.
  const page = async () => (await readFile(path.join(directory, 'index.html'), 'utf8')).replace(BASE_ELEMENT, () => base);
  await fastify.register(fastifyStatic, { root: directory, serve: false });
  fastify.get('/assets/*', { config: { access: FILES } }, (request, reply) => {
    const file = (request.params as { '*': string })['*'];
    return reply.header('x-content-type-options', 'nosniff').sendFile(`assets/${file}`, directory, { maxAge: '365d', immutable: true });
  });
  for (const url of PAGES) {
    fastify.get(url, { config: { access: FILES } }, async (_request, reply) =>
      reply
        .header('cache-control', 'no-cache')
        .header('content-security-policy', CONTENT_SECURITY_POLICY)
        .header('x-content-type-options', 'nosniff')
        .header('referrer-policy', 'same-origin')
        .type('text/html; charset=utf-8')
        .send(await page()),
    );
  }
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { createLogger, parseSettings } from '@modelyard/config';
import { testDatabaseUrl } from '@modelyard/testing';
import { createGateway } from './gateway.app.js';

export interface TestRoute {
  readonly method: string;
  readonly url: string;
}

export interface TestGateway {
  readonly app: NestFastifyApplication;
  readonly fastify: FastifyInstance;
  readonly routes: readonly TestRoute[];
  close(): Promise<void>;
}

/** The real gateway in `required` mode on this jest worker's database, with artifacts in a temporary folder. */
export async function startTestGateway(): Promise<TestGateway> {
  const dataDirectory = mkdtempSync(path.join(tmpdir(), 'modelyard-gateway-'));
  const settings = parseSettings({ DATABASE_URL: await testDatabaseUrl(), MODELYARD_AUTH: 'required', MODELYARD_DATA_DIR: dataDirectory });
  const routes: TestRoute[] = [];
  const app = await createGateway({ settings, logger: createLogger('test', 'fatal'), dashboardDir: dataDirectory, onRoute: (route) => routes.push(route) });
  return {
    app,
    fastify: app.getHttpAdapter().getInstance() as unknown as FastifyInstance,
    routes,
    close: async () => {
      await app.close();
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}

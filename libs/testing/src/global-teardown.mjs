import { rmSync } from 'node:fs';

export default async function teardown() {
  const { server, directory } = globalThis.modelyardTestPostgres;
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
}

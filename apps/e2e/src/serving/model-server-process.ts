import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

export const repository = path.resolve(import.meta.dirname, '../../../..');

export interface RunningModelServer {
  readonly baseUrl: string;
  readonly process: ChildProcess;
  /** SIGTERM, then the exit code. */
  stop(): Promise<number | null>;
}

/** Starts the built ONNX model server on a free port. Rejects with its last log line when it does not come up. */
export async function startModelServer(modelDir: string, env: Record<string, string> = {}): Promise<RunningModelServer> {
  const main = path.join(repository, 'dist/apps/model-server/main.js');
  if (!existsSync(main)) throw new Error(`'${main}' is missing. Run \`npm run build\` first.`);
  const child = spawn(process.execPath, [main], {
    env: { MODEL_DIR: modelDir, HOST: '127.0.0.1', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<number>((resolve, reject) => {
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      const event = JSON.parse(line) as { level: string; message: string; address?: { port: number } };
      if (event.address !== undefined) resolve(event.address.port);
      else if (event.level === 'error') reject(new Error(event.message));
    });
    child.once('exit', (code) => reject(new Error(`The model server ended with code ${code}.`)));
  });
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    process: child,
    stop: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const [code] = (await exited) as [number | null];
      return code;
    },
  };
}

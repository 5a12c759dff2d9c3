import { removeDataDirectory, runCommand, startModelyard } from '../modelyard-process.js';

describe('the demo', () => {
  it('trains, registers, deploys and scores through the live endpoint, and says so in its last line', async () => {
    const yard = await startModelyard();
    try {
      const { code, output } = await runCommand(['demo'], yard.env);
      expect(output.trim().split('\n').at(-1)).toMatch(/^demo worked: accuracy 0\.9\d+ on held-out rows from the live endpoint$/);
      expect(output).toMatch(/revision 1 <- iris-demo version 1 <- run [0-9a-f]{32} <- iris/);
      expect(code).toBe(0);
      // A second time: a new version replaces the first.
      const again = await runCommand(['demo'], yard.env);
      expect(again.output).toMatch(/revision 2 <- iris-demo version 2/);
      expect(again.code).toBe(0);
    } finally {
      await yard.stop();
      removeDataDirectory(yard.dataDirectory);
    }
  }, 180_000);
});

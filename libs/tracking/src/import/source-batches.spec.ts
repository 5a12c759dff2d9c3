import { nextBatch, readTable } from './source-batches.js';
import type { SourceTable } from './import-step.js';

const TABLE: SourceTable = { from: 'metrics m', columns: 'm.key, m.step', key: ['m.key', 'm.step'], batch: 2, where: 'm.a = 1 OR m.b = 2' };

it('asks behind the last row, and keeps 64-bit numbers whole', async () => {
  const asked: { text: string; values: readonly unknown[] }[] = [];
  const source = {
    query: (text: string, values: readonly unknown[]) => {
      asked.push({ text, values });
      return Promise.resolve(asked.length === 1 ? [{ key: 'a', step: 0.1 }, { key: 'b', step: 2n ** 60n + 1n }] : []);
    },
  };
  const first = await nextBatch(source, TABLE, null);
  expect(first?.rows).toHaveLength(2);
  expect(await nextBatch(source, TABLE, first?.cursor ?? null)).toBeNull();
  expect(asked).toEqual([
    { text: 'SELECT m.key, m.step FROM metrics m WHERE (m.a = 1 OR m.b = 2) ORDER BY m.key, m.step LIMIT 2', values: [] },
    { text: 'SELECT m.key, m.step FROM metrics m WHERE (m.a = 1 OR m.b = 2) AND (m.key, m.step) > ($1, $2) ORDER BY m.key, m.step LIMIT 2', values: ['b', 2n ** 60n + 1n] },
  ]);
});

it('reads a table to its end', async () => {
  const rows = [1n, 2n, 3n].map((step) => ({ key: 'k', step }));
  const source = { query: (_text: string, values: readonly unknown[]) => Promise.resolve(rows.filter(({ step }) => step > ((values[1] as bigint | undefined) ?? 0n)).slice(0, 2)) };
  const read: number[] = [];
  for await (const batch of readTable(source, TABLE)) read.push(batch.rows.length);
  expect(read).toEqual([2, 1]);
});

import { removeDataDirectory, startModelyard, type Modelyard } from '../src/modelyard-process.js';
import { findPython } from '../src/python.js';
import { exchange, type Side } from './exchange.js';
import { differences, normalise } from './normalise.js';
import { startOracle, type Oracle } from './oracle.js';
import type { ReplayCase, Section, Step } from './replay-case.js';
import { SECTIONS } from './sections.js';
import { TOLERATED } from './tolerated.js';

/**
 * The proof of compatibility: the same requests go to a real `mlflow server` and to the product, and the answers are
 * equal once ids, times and generated names are replaced by their names. See `replay-case.ts` for what a case is.
 */
const FEWEST_CASES = 2900;
const MOST_TOLERATED = 15;

const python = findPython();
const used = new Map<string, number>();
let oracle: Oracle | undefined;
let withWorkspaces: Oracle | undefined;
let yard: Modelyard | undefined;
let number = 0;

(python === null ? describe.skip : describe)('differential replay against mlflow server', () => {
  beforeAll(async () => {
    [oracle, withWorkspaces, yard] = await Promise.all([startOracle(python ?? ''), startOracle(python ?? '', ['--enable-workspaces']), startModelyard()]);
  }, 240_000);

  afterAll(async () => {
    await Promise.all([oracle?.stop(), withWorkspaces?.stop(), yard?.stop()]);
    if (yard !== undefined) removeDataDirectory(yard.dataDirectory);
    console.info(`replayed ${number} cases; tolerated: ${TOLERATED.map(({ name }) => `${name} ${used.get(name) ?? 0}`).join(', ')}`);
  }, 60_000);

  describe.each(SECTIONS.map((section) => [section.name, section] as const))('%s', (_name, section) => {
    const setUp: ReplayCase = { title: 'what the cases work on', steps: section.setup };
    let sides: readonly [Side, Side];

    beforeAll(() => {
      sides = [{ url: (section.workspaces === true ? withWorkspaces : oracle)?.url ?? '', bindings: new Map() }, { url: yard?.url ?? '', bindings: new Map() }];
    });

    it.each([setUp, ...section.cases].map((replayed, index) => [`${index} ${replayed.title}`, replayed] as const))('%s', async (_title, replayed) => {
      number += 1;
      const faults: string[] = [];
      const before = sides.map((side) => new Map(side.bindings));
      for (const [index, step] of replayed.steps.entries()) {
        faults.push(...(await replay(sides, section, replayed, step)).map((fault) => `  step ${index + 1} ${describeStep(step)}\n    ${fault}`));
      }
      // A case sees what the set-up bound, and nothing of other cases.
      if (replayed !== setUp) sides = [{ url: sides[0].url, bindings: before[0] ?? new Map() }, { url: sides[1].url, bindings: before[1] ?? new Map() }];
      if (faults.length > 0) throw different(faults);
    });
  });

  it('has not lost cases, and tolerates few differences, each of which still happens', () => {
    const cases = SECTIONS.reduce((sum, section) => sum + section.cases.length, 0);
    expect(cases).toBeGreaterThanOrEqual(FEWEST_CASES);
    expect(TOLERATED.length).toBeLessThanOrEqual(MOST_TOLERATED);
    // With `-t` only some sections ran.
    if (number >= cases) expect(TOLERATED.filter(({ name }) => !used.has(name)).map(({ name }) => name)).toEqual([]);
  });
});

/** Says the differences alone: where they were found says nothing. */
function different(faults: readonly string[]): Error {
  const error = new Error(`the answers differ\n${faults.join('\n')}`);
  error.stack = error.message;
  return error;
}

async function replay(sides: readonly [Side, Side], section: Section, replayed: ReplayCase, step: Step): Promise<string[]> {
  const [theirs, ours] = await Promise.all([exchange(sides[0], step, number), exchange(sides[1], step, number)]);
  const found = differences(normalise(theirs, sides[0]), normalise(ours, sides[1]));
  if (found.length === 0) return [];
  const tolerated = TOLERATED.find(({ matches }) => matches({ section: section.name, replayed, step, theirs, ours }));
  if (tolerated === undefined) return found;
  used.set(tolerated.name, (used.get(tolerated.name) ?? 0) + 1);
  return [];
}

function describeStep({ verb, path, mount, query, body, raw }: Step): string {
  const sent = raw ?? JSON.stringify(body ?? query ?? {}, (_key, item: unknown) => (typeof item === 'bigint' ? String(item) : item));
  return `${verb} ${mount ?? ''}${path} ${sent.length > 300 ? `${sent.slice(0, 300)}...` : sent}`;
}

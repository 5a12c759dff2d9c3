import fc from 'fast-check';
import { delay, removeDataDirectory, startModelyard, type Modelyard } from '../src/modelyard-process.js';
import { findPython } from '../src/python.js';
import { exchange, type Answer, type Side } from './exchange.js';
import { startOracle, type Oracle } from './oracle.js';
import { post, type Step } from './replay-case.js';
import { CONTEXTS, DATASETS, METRIC_KEYS, METRIC_VALUES, PARAM_KEYS, search, START, STATUSES, TAG_KEYS, TEXT_VALUES, USERS, type Search } from './search-grammar.js';
import { TOLERATED } from './tolerated.js';

/** Made-up searches over the same runs on a real `mlflow server` and on the product: the same runs in the same order, or the same refusal. */
const SEED = 20_261_127;
const RUNS = 200;
const SEARCHES = 2_000;
const AT_ONCE = 4;
const ASKED_AGAIN = 4;

const python = findPython();

interface Outcome {
  readonly asked: Search;
  readonly theirs: Answer;
  readonly ours: Answer;
  readonly their: readonly string[] | null;
  readonly our: readonly string[] | null;
}

(python === null ? describe.skip : describe)('searches of runs, made up by the grammar', () => {
  let oracle: Oracle | undefined;
  let yard: Modelyard | undefined;

  beforeAll(async () => {
    [oracle, yard] = await Promise.all([startOracle(python ?? ''), startModelyard()]);
  }, 240_000);

  afterAll(async () => {
    await Promise.all([oracle?.stop(), yard?.stop()]);
    if (yard !== undefined) removeDataDirectory(yard.dataDirectory);
  }, 60_000);

  it('find the same runs in the same order, and are refused alike', async () => {
    const sides: readonly [Side, Side] = [{ url: oracle?.url ?? '', bindings: new Map() }, { url: yard?.url ?? '', bindings: new Map() }];
    for (const steps of seededRuns()) await Promise.all(sides.map(async (side) => { for (const step of steps) await accepted(side, step); }));
    const names = sides.map((side) => new Map([...side.bindings].map(([name, id]) => [id, name])));
    const searches = fc.sample(search, { numRuns: SEARCHES, seed: SEED });
    const outcomes: Outcome[] = [];
    for (let at = 0; at < searches.length; at += AT_ONCE) {
      outcomes.push(...(await Promise.all(searches.slice(at, at + AT_ONCE).map(async (asked): Promise<Outcome> => {
        const step = post('/mlflow/runs/search', { experiment_ids: ['<exp>'], run_view_type: 'ALL', ...asked });
        const [theirs, ours] = await Promise.all([askOracle(sides[0], step), exchange(sides[1], step, 0)]);
        return { asked, theirs, ours, their: found(theirs, names[0]), our: found(ours, names[1]) };
      }))));
    }
    const valid = outcomes.filter(({ their }) => their !== null);
    const telling = valid.filter(({ asked, their }) => their !== null && their.length > 0 && their.length < Math.min(RUNS, asked.max_results));
    const whole = valid.filter(({ asked, their }) => their !== null && asked.max_results === 1000 && their.length === RUNS);
    console.info(`seed ${SEED}: ${outcomes.length} searches, ${valid.length} valid, ${telling.length} of them match some and not all, ${whole.length} match all`);
    expect(outcomes.filter(differs).map(describeDifference).slice(0, 20)).toEqual([]);
    expect(outcomes.length).toBeGreaterThanOrEqual(2_000);
    expect(valid.length / outcomes.length).toBeGreaterThanOrEqual(0.6);
    expect(telling.length / valid.length).toBeGreaterThanOrEqual(0.5);
  }, 240_000);
});

/** MLflow on SQLite answers 500 to a few of several requests at the same moment, another few each time: it is asked again. */
async function askOracle(side: Side, step: Step): Promise<Answer> {
  for (let again = 0; ; again += 1) {
    const answer = await exchange(side, step, 0);
    if (answer.status < 500 || again === ASKED_AGAIN) return answer;
    await delay(100 * (again + 1));
  }
}

/** The ids of the found runs by the names they were bound to; null for a refusal. */
function found({ status, body }: Answer, names: ReadonlyMap<string, string> | undefined): string[] | null {
  if (status !== 200) return null;
  return ((body as { runs?: { info: { run_id: string } }[] }).runs ?? []).map(({ info }) => names?.get(info.run_id) ?? info.run_id);
}

const messageOf = ({ body }: Answer) => String((body as { message?: unknown } | null)?.message).replace(/\{('[^{}]*)\}?/g, (_all, items: string) => `{${items.split(', ').sort().join(', ')}}`);

function differs({ theirs, ours, their, our }: Outcome): boolean {
  if (their !== null || our !== null) return JSON.stringify(their) !== JSON.stringify(our);
  if (theirs.status === ours.status && messageOf(theirs) === messageOf(ours)) return false;
  return !TOLERATED.some(({ matches }) => matches({ section: 'search runs', replayed: { title: '', steps: [] }, step: { verb: 'POST', path: '' }, theirs, ours }));
}

function describeDifference({ asked, theirs, ours, their, our }: Outcome): string {
  const first = (their ?? []).findIndex((name, index) => name !== our?.[index]);
  return `${JSON.stringify(asked)}\n  mlflow ${theirs.status} ${their === null ? messageOf(theirs) : `${their.length} runs, ${their.slice(Math.max(0, first), first + 5).join(' ')}`}\n  ours   ${ours.status} ${our === null ? messageOf(ours) : `${our.length} runs, ${our.slice(Math.max(0, first), first + 5).join(' ')}`}`;
}

async function accepted(side: Side, step: Step): Promise<void> {
  const { status, body } = await exchange(side, step, 0);
  if (status !== 200) throw new Error(`${side.url} ${step.path}: ${JSON.stringify(body)}`);
}

/** The steps that make each run, from a fixed seed. */
function seededRuns(): Step[][] {
  const random = fc.sample(fc.array(fc.nat({ max: 999 }), { minLength: 40, maxLength: 40 }), { numRuns: RUNS, seed: SEED });
  const experiment = post('/mlflow/experiments/create', { name: 'made up' }, { bind: { exp: 'experiment_id' } });
  return [[experiment], ...random.map((dice, index) => seededRun(dice, index))];
}

function seededRun(dice: readonly number[], index: number): Step[] {
  let at = 0;
  const roll = (sides: number) => (dice[(at += 1) % dice.length] ?? 0) % sides;
  const pick = <T>(items: readonly T[]): T => items[roll(items.length)] as T;
  const some = <T, U>(items: readonly T[], make: (item: T) => U) => items.filter(() => roll(10) < 6).map(make);
  const name = `r${index}`;
  const startTime = START + ((index * 37) % RUNS) * 60_000;
  const run = { run_id: `<${name}>` };
  const steps: Step[] = [
    post('/mlflow/runs/create', { experiment_id: '<exp>', run_name: `run ${index}`, start_time: startTime, user_id: pick(USERS) }, { bind: { [name]: 'run.info.run_id' } }),
    post('/mlflow/runs/log-batch', {
      ...run,
      metrics: some(METRIC_KEYS, (key) => ({ key, value: pick(METRIC_VALUES), timestamp: 10, step: roll(3) })),
      params: some(PARAM_KEYS, (key) => ({ key, value: pick(TEXT_VALUES) })),
      tags: some(TAG_KEYS, (key) => ({ key, value: pick(TEXT_VALUES) })),
    }),
  ];
  const status = pick(STATUSES);
  if (status !== 'RUNNING') steps.push(post('/mlflow/runs/update', { ...run, status, ...(roll(2) === 0 ? {} : { end_time: startTime + roll(300) * 1000 + index }) }));
  if (roll(3) === 0) steps.push(post('/mlflow/runs/log-inputs', { ...run, datasets: [{ dataset: { name: pick(DATASETS), digest: `d${roll(3)}`, source_type: 'local', source: 'x' }, tags: [{ key: 'mlflow.data.context', value: pick(CONTEXTS) }] }] }));
  if (roll(12) === 0) steps.push(post('/mlflow/runs/delete', run));
  return steps;
}

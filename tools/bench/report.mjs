// Writes the measured tables into docs/benchmarks.md between markers; the words around them are people's.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import path from 'node:path';
import { root } from '../runtime.mjs';

const BEGIN = '<!-- tracking: begin (written by the benchmark) -->';
const END = '<!-- tracking: end -->';
const MEMORY_GOAL = 10;
const START_GOAL = 10;

export async function writeReport(result) {
  const text = [facts(result), throughput(result), straight(result), costs(result), processes(result), goals(result)].join('\n\n');
  if (result.dryRun) return console.log(text);
  const file = path.join(root, 'docs/benchmarks.md');
  const page = readFileSync(file, 'utf8');
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`${file} has no markers ${BEGIN} and ${END}.`);
  writeFileSync(file, `${before}${BEGIN}\n\n${text}\n\n${END}${after}`);
  console.log(`Written to docs/benchmarks.md (${result.minutes.toFixed(1)} minutes).`);
}

function facts({ mlflowVersion, postgresVersion, load, pace, quick, minutes }) {
  const commit = git(['rev-parse', '--short', 'HEAD']);
  const changed = git(['status', '--porcelain', '--untracked-files=no']) === '' ? '' : ' with uncommitted changes';
  return [
    `Made by \`npm run bench -- tracking${quick ? ' --quick' : ''}\` on ${new Date().toISOString().slice(0, 10)} in ${minutes.toFixed(1)} minutes: ${pace.repetitions} repetitions of ${pace.seconds} s, medians.`,
    '',
    `- Modelyard at ${commit}${changed}, Node ${process.versions.node}; MLflow ${mlflowVersion}; PostgreSQL ${postgresVersion}, fsync on, default settings of the embedded server.`,
    `- ${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB; load average ${load.before.toFixed(1)} before, ${load.after.toFixed(1)} at the end.`,
  ].join('\n');
}

function throughput({ rows }) {
  return table(
    ['Workload', 'Clients', 'MLflow', 'MLflow, 1 worker', 'Modelyard', 'Ratio', 'Goal', 'p50 / p95 MLflow', 'p50 / p95 MLflow, 1 worker', 'p50 / p95 Modelyard'],
    rows.map(({ workload, results }) => {
      const unit = (result) => (workload.points === undefined ? `${number(result.requestsPerSecond)} req/s` : `${number(result.requestsPerSecond * workload.points)} points/s`);
      return [workload.name, workload.clients, ...results.map(unit), `**${ratioOf(results).toFixed(1)}x**`, `${workload.goal}x`, ...results.map((result) => `${number(result.p50)} / ${number(result.p95)} ms`)];
    }),
  );
}

function straight({ rows }) {
  const measured = rows.filter(({ straightRate }) => straightRate !== null);
  return `The same statements sent straight to PostgreSQL, without a server in front:\n\n${table(
    ['Workload', 'Clients', 'Straight', 'Modelyard', 'Part', 'Goal'],
    measured.map(({ workload, results, straightRate }) => {
      const unit = (rate) => (workload.points === undefined ? `${number(rate)} req/s` : `${number(rate * workload.points)} points/s`);
      return [workload.name, workload.clients, unit(straightRate), unit(results.at(-1).requestsPerSecond), percent(results.at(-1).requestsPerSecond / straightRate), percent(workload.straight.goal)];
    }),
  )}`;
}

function costs({ rows }) {
  return `CPU seconds for 1000 requests, server process(es) + database:\n\n${table(
    ['Workload', 'Clients', 'MLflow', 'MLflow, 1 worker', 'Modelyard'],
    rows.map(({ workload, results }) => [workload.name, workload.clients, ...results.map((result) => `${number(result.cpu)} + ${number(result.databaseCpu)}`)]),
  )}`;
}

function processes({ servers }) {
  return table(
    ['', ...servers.map((server) => server.name)],
    [
      ['Start to first answer', ...servers.map((server) => `${number(server.startSeconds)} s`)],
      ['Memory, idle (PSS, processes)', ...servers.map(({ idle }) => `${number(idle.mib)} MiB, ${idle.processes}`)],
      ['Memory after all workloads', ...servers.map(({ loaded }) => `${number(loaded.mib)} MiB, ${loaded.processes}`)],
    ],
  );
}

function goals({ rows, servers }) {
  const missed = rows.flatMap(({ workload, results, straightRate }) => {
    const said = `${workload.name}, ${workload.clients} client${workload.clients === 1 ? '' : 's'}`;
    const ratio = ratioOf(results);
    const ours = results.at(-1);
    return [
      ...(ratio < workload.goal ? [`${said}: ${ratio.toFixed(1)}x instead of ${workload.goal}x.`] : []),
      ...(straightRate !== null && ours.requestsPerSecond / straightRate < workload.straight.goal ? [`${said}: ${percent(ours.requestsPerSecond / straightRate)} of the statements alone instead of ${percent(workload.straight.goal)}.`] : []),
      ...(workload.p95Goal !== undefined && ours.p95 > workload.p95Goal ? [`${said}: p95 ${number(ours.p95)} ms instead of ${workload.p95Goal} ms.`] : []),
    ];
  });
  const [byDefault, single, ours] = servers;
  for (const [word, of] of [['idle', (server) => server.idle.mib], ['after the workloads', (server) => server.loaded.mib]]) {
    const ratio = of(byDefault) / of(ours);
    if (ratio < MEMORY_GOAL) missed.push(`Memory ${word}: 1/${ratio.toFixed(1)} of MLflow's default set-up (1/${(of(single) / of(ours)).toFixed(1)} of one worker) instead of 1/${MEMORY_GOAL}.`);
  }
  const startRatio = Math.min(byDefault.startSeconds, single.startSeconds) / ours.startSeconds;
  if (startRatio < START_GOAL) missed.push(`Start: 1/${startRatio.toFixed(1)} of MLflow's time instead of 1/${START_GOAL}.`);
  return missed.length === 0 ? 'Every goal is met.' : `Goals missed:\n\n${missed.map((line) => `- ${line}`).join('\n')}`;
}

/** Ours against the better of MLflow's two set-ups. */
function ratioOf(results) {
  const ours = results.at(-1).requestsPerSecond;
  return ours / Math.max(...results.slice(0, -1).map((result) => result.requestsPerSecond));
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

function number(value) {
  return value >= 99.5 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(2)));
}

function percent(part) {
  return `${Math.round(part * 100)} %`;
}

function git(args) {
  return spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout.trim();
}

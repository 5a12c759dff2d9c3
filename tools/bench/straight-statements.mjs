// The statements of the write paths sent straight to PostgreSQL, without HTTP, checks or tokens: what the gateway adds
// on top is the difference.
import pg from 'pg';

const TEXT = 'SELECT tracking_log_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)';
const MAX_STATEMENTS = 200_000;

/** Statements per second of `clients` connections that each write into a run of its own. `points` metrics a statement. */
export async function driveLogBatch(databaseUrl, { organizationId, projectId, runIds, points, keys, seconds }) {
  const url = new URL(databaseUrl);
  url.searchParams.set('options', '-c role=modelyard_app');
  const connections = await Promise.all(runIds.map(async () => {
    const client = new pg.Client({ connectionString: url.toString() });
    await client.connect();
    return client;
  }));
  const names = Array.from({ length: keys }, (_, key) => `straight_${key}`);
  const array = (item) => `{${Array.from({ length: points }, (_, index) => item(index)).join(',')}}`;
  const positions = array((index) => (index % keys) + 1);
  const values = array((index) => index / 7);
  let done = 0;
  const started = performance.now();
  const loop = async (client, runId) => {
    for (let turn = 0; performance.now() - started < seconds * 1000 && done < MAX_STATEMENTS; turn += 1) {
      const step = (index) => Math.floor((turn * points + index) / keys);
      const parameters = [organizationId, projectId, runId, names, positions, values, array((index) => 1_760_000_000_000 + index), array(step), '{}', [], '{}', [], null, null];
      await client.query({ name: 'log_batch', text: TEXT, values: parameters });
      done += 1;
    }
  };
  try {
    await Promise.all(connections.map((client, index) => loop(client, runIds[index])));
    return done / ((performance.now() - started) / 1000);
  } finally {
    await Promise.all(connections.map((client) => client.end()));
  }
}

import type { Database } from '@modelyard/db';

const LOG_DAYS = 30;
const STATS_DAYS = 30;
const ROUTER_DAYS = 1;

/** Removes log lines, counters and routers that are past their time, in every organization. */
export async function removeOldRows(db: Database): Promise<void> {
  await db.system('retention of deployment logs and counters', async (tx) => {
    await tx.query({ text: 'DELETE FROM deployment_logs WHERE time < now() - make_interval(days => $1)', values: [LOG_DAYS] });
    await tx.query({ text: 'DELETE FROM endpoint_stats WHERE minute < now() - make_interval(days => $1)', values: [STATS_DAYS] });
    await tx.query({ text: 'DELETE FROM routers WHERE seen_at < now() - make_interval(days => $1)', values: [ROUTER_DAYS] });
  });
}

const POINT = `'{"key":' || to_json($4::text)::text || ',"value":' || to_json(m.value)::text || ',"timestamp":' || m.timestamp || ',"step":' || m.step`;

/** [organization, project, run id, key, after time, after step, after value, limit]. No row: no such run. */
export const HISTORY = {
  name: 'metric_history',
  text: `SELECT h.points, h.last FROM runs r CROSS JOIN LATERAL (
           SELECT '[' || coalesce(string_agg(${POINT} || '}', ',' ORDER BY m.timestamp, m.step, m.value) FILTER (WHERE m.position <= $8), '') || ']' AS points,
             CASE WHEN count(*) > $8 THEN
               (array_agg(json_build_object('t', m.timestamp::text, 's', m.step::text, 'v', m.value::text)) FILTER (WHERE m.position = $8))[1] END AS last
           FROM (
             SELECT p.*, row_number() OVER () AS position FROM (
               SELECT p.timestamp, p.step, p.value FROM metric_points p
               WHERE p.organization_id = $1 AND p.rid = r.rid
                 AND p.key_id = (SELECT id FROM keys WHERE organization_id = $1 AND name = $4)
                 AND ($5::bigint IS NULL OR (p.timestamp, p.step, p.value) > ($5, $6::bigint, $7::float8))
               ORDER BY p.timestamp, p.step, p.value LIMIT $8 + 1) p) m) h
         WHERE r.organization_id = $1 AND r.project_id = $2 AND r.run_id = $3`,
} as const;

/** [organization, project, run ids, key, limit]. */
export const BULK = {
  name: 'metric_history_bulk',
  text: `SELECT '[' || coalesce(string_agg(${POINT} || ',"run_id":"' || m.run_id || '"}', ',' ORDER BY m.run_id, m.timestamp, m.step, m.value), '') || ']' AS points
         FROM (
           SELECT r.run_id, p.timestamp, p.step, p.value FROM runs r
           JOIN metric_points p ON p.organization_id = $1 AND p.rid = r.rid AND p.key_id = (SELECT id FROM keys WHERE organization_id = $1 AND name = $4)
           WHERE r.organization_id = $1 AND r.project_id = $2 AND r.run_id = ANY ($3::text[])
           ORDER BY r.run_id, p.timestamp, p.step, p.value LIMIT $5) m`,
} as const;

/**
 * [organization, project, run ids, key, first step, last step, buckets].
 *
 * NTILE(b) over n rows makes n % b buckets of n / b + 1 rows and then buckets of n / b. Kept is the first row of each
 * bucket, where the last row of all takes the place of the last bucket's first.
 */
export const INTERVAL = {
  name: 'metric_history_interval',
  text: `WITH wanted AS (
           SELECT w.run_id, w.position, r.rid FROM unnest($3::text[]) WITH ORDINALITY w (run_id, position)
           JOIN runs r ON r.organization_id = $1 AND r.project_id = $2 AND r.run_id = w.run_id)
         SELECT '[' || coalesce(string_agg(${POINT} || ',"run_id":"' || m.run_id || '"}', ',' ORDER BY m.position, m.step, m.timestamp, m.value), '') || ']' AS points
         FROM (
           SELECT w.run_id, w.position, p.*, greatest(p.total / $7::int, 1) AS size, p.total % $7 AS large FROM wanted w CROSS JOIN LATERAL (
             SELECT p.step, p.timestamp, p.value, row_number() OVER (ORDER BY p.step, p.timestamp, p.value) AS n, count(*) OVER () AS total
             FROM metric_points p
             WHERE p.organization_id = $1 AND p.rid = w.rid AND p.key_id = (SELECT id FROM keys WHERE organization_id = $1 AND name = $4)
               AND ($5::bigint IS NULL OR p.step >= $5) AND ($6::bigint IS NULL OR p.step <= $6)) p) m
         WHERE m.n = m.total OR m.total <= $7 OR (
           CASE WHEN m.n <= m.large * (m.size + 1)
             THEN (m.n - 1) % (m.size + 1) = 0
             ELSE (m.n - 1 - m.large * (m.size + 1)) % m.size = 0 AND (m.n - 1 - m.large * (m.size + 1)) / m.size + m.large < $7 - 1
           END)`,
} as const;

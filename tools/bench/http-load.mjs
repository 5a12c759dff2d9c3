// A closed-loop load generator: each client keeps one connection (TCP_NODELAY) and sends its next request when the
// answer to the last one is complete.
import http from 'node:http';

const MAX_REQUESTS = 200_000;
const REQUEST_TIMEOUT_MS = 120_000;

/** Sends one request and returns the answer's text. Throws unless it is a 200. */
export function send(server, agent, { method, path, body }) {
  return new Promise((resolve, reject) => {
    const headers = { ...server.headers, ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }) };
    const request = http.request({ host: '127.0.0.1', port: server.port, method, path, headers, agent, timeout: REQUEST_TIMEOUT_MS }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`${server.name}: ${method} ${path} answered ${response.statusCode}: ${text.slice(0, 300)}`));
      });
    });
    request.on('timeout', () => request.destroy(new Error(`${server.name}: no answer within ${REQUEST_TIMEOUT_MS} ms`)));
    request.on('error', reject);
    request.end(body);
  });
}

export function agentFor(clients) {
  return new http.Agent({ keepAlive: true, maxSockets: clients, noDelay: true });
}

/** Runs `clients` loops for `seconds`, each at least `minimum` requests. Times are milliseconds, sorted. */
export async function run(server, { clients, seconds, minimum, request }) {
  const agent = agentFor(clients);
  const times = [];
  const started = performance.now();
  const end = started + seconds * 1000;
  const loop = async (client) => {
    for (let turn = 0; (turn < minimum || performance.now() < end) && times.length < MAX_REQUESTS; turn += 1) {
      const message = request(client, turn);
      const before = performance.now();
      await send(server, agent, message);
      times.push(performance.now() - before);
    }
  };
  try {
    await Promise.all(Array.from({ length: clients }, (_, client) => loop(client)));
  } finally {
    agent.destroy();
  }
  const elapsed = (performance.now() - started) / 1000;
  return { times: times.sort((a, b) => a - b), elapsed };
}

export function quantile(sorted, q) {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

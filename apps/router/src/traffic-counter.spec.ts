import { LATENCY_BUCKETS, trafficReport } from '@modelyard/kernel';
import { TrafficCounter } from './traffic-counter.js';

const request = { organizationId: 1, endpointId: 2, revision: 3, error: false, milliseconds: 4 };

describe('counting traffic', () => {
  it('adds up by organization, endpoint, revision and minute', () => {
    const counter = new TrafficCounter();
    counter.count(request, 60_000);
    counter.count({ ...request, error: true, milliseconds: 1e9 }, 119_999);
    counter.count(request, 120_000);
    counter.count({ ...request, revision: 4 }, 120_000);
    const entries = counter.take();
    expect(trafficReport.parse({ entries }).entries).toEqual(entries);
    expect(entries.map(({ revision, minute, requests, errors }) => [revision, minute, requests, errors])).toEqual([[3, 1, 2, 1], [3, 2, 1, 0], [4, 2, 1, 0]]);
    expect(entries[0]?.latency).toHaveLength(LATENCY_BUCKETS);
    expect([entries[0]?.latency[3], entries[0]?.latency.at(-1)]).toEqual([1, 1]);
  });

  it('forgets what was taken, and has it again when it could not be reported', () => {
    const counter = new TrafficCounter();
    counter.count(request, 0);
    const taken = counter.take();
    expect(counter.take()).toEqual([]);
    counter.count(request, 0);
    counter.putBack(taken);
    expect(counter.take()).toMatchObject([{ requests: 2 }]);
  });

  it('is bounded: new keys beyond the bound are dropped and said, known ones go on', () => {
    const counter = new TrafficCounter(2);
    for (const revision of [1, 2, 3, 4, 1]) counter.count({ ...request, revision }, 0);
    expect(counter.takeDropped()).toBe(2);
    expect(counter.takeDropped()).toBe(0);
    expect(counter.take().map(({ revision, requests }) => [revision, requests])).toEqual([[1, 2], [2, 1]]);
  });

  it('reports no more at once than a report may hold', () => {
    const counter = new TrafficCounter();
    for (let revision = 0; revision < 10_001; revision += 1) counter.count({ ...request, revision }, 0);
    expect(() => trafficReport.parse({ entries: counter.take() })).not.toThrow();
    expect(counter.take()).toHaveLength(1);
  });
});

import { chooseReplica, MAX_IN_FLIGHT } from './choose-replica.js';
import { Replica } from './replica.js';
import type { RoutedEndpoint } from './route-index.js';

const replicas = (...addresses: string[]) => addresses.map((address) => new Replica(address));

function endpoint(...revisions: [percent: number, replicas: Replica[]][]): RoutedEndpoint {
  return { organizationId: 1, projectId: 1, endpointId: 1, name: 'e', revisions: revisions.map(([percent, ready], index) => ({ number: index + 1, percent, replicas: ready })) };
}

function shares(of: RoutedEndpoint, tried = new Set<Replica>(), samples = 10_000): number[] {
  const counts = of.revisions.map(() => 0);
  for (let sample = 0; sample < samples; sample += 1) {
    const choice = chooseReplica(of, tried, () => (sample + 0.5) / samples);
    if (typeof choice === 'object') counts[choice.revision - 1] = (counts[choice.revision - 1] ?? 0) + 1;
  }
  return counts.map((count) => Math.round((count / samples) * 100));
}

describe('choosing a replica', () => {
  it('follows the weights', () => {
    expect(shares(endpoint([70, replicas('a:1')], [25, replicas('b:1')], [5, replicas('c:1')]))).toEqual([70, 25, 5]);
  });

  it('gives the share of a revision without ready replicas to the others by their weights', () => {
    expect(shares(endpoint([60, []], [30, replicas('b:1')], [10, replicas('c:1')]))).toEqual([0, 75, 25]);
  });

  it('sends nothing to a revision of weight 0', () => {
    expect(shares(endpoint([0, replicas('a:1')], [1, replicas('b:1')]))).toEqual([0, 100]);
    expect(chooseReplica(endpoint([0, replicas('a:1')]), new Set())).toBe('none');
  });

  it('says none when nobody is ready, and when all were tried', () => {
    const ready = replicas('a:1', 'b:1');
    expect(chooseReplica(endpoint(), new Set())).toBe('none');
    expect(chooseReplica(endpoint([100, ready]), new Set(ready))).toBe('none');
  });

  it('goes to another revision when all replicas of the first were tried', () => {
    const [first, second] = [replicas('a:1'), replicas('b:1')];
    expect(shares(endpoint([90, first], [10, second]), new Set(first))).toEqual([0, 100]);
  });

  it('takes the least busy replica', () => {
    const [a, b, c] = replicas('a:1', 'b:1', 'c:1') as [Replica, Replica, Replica];
    a.inFlight = 3;
    b.inFlight = 1;
    c.inFlight = 2;
    for (const random of [0, 0.3, 0.5, 0.9]) expect(chooseReplica(endpoint([100, [a, b, c]]), new Set(), () => random)).toMatchObject({ replica: b });
  });

  it('shares work among equally busy replicas', () => {
    const all = replicas('a:1', 'b:1', 'c:1');
    const chosen = new Set([0.1, 0.5, 0.9].map((random) => chooseReplica(endpoint([100, all]), new Set(), () => random)).map((choice) => (typeof choice === 'object' ? choice.replica.address : choice)));
    expect(chosen.size).toBe(3);
  });

  it('says busy rather than pile more on full replicas', () => {
    const all = replicas('a:1', 'b:1');
    for (const replica of all) replica.inFlight = MAX_IN_FLIGHT;
    expect(chooseReplica(endpoint([100, all]), new Set())).toBe('busy');
  });

  it('avoids a replica that has just failed, if there is another', () => {
    const [a, b] = replicas('a:1', 'b:1') as [Replica, Replica];
    a.noteFailure();
    b.inFlight = 5;
    for (const random of [0, 0.9]) expect(chooseReplica(endpoint([100, [a, b]]), new Set(), () => random)).toMatchObject({ replica: b });
    expect(chooseReplica(endpoint([100, [a]]), new Set())).toMatchObject({ replica: a });
  });
});

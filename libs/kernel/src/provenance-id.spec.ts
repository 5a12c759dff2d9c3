import { randomBytes } from 'node:crypto';
import { decodeProvenanceId, encodeProvenanceId } from './provenance-id.js';

const key = randomBytes(32);
const claim = { organizationId: 7, endpointId: 4_000_000_000, revision: 12, time: 1_795_000_000_123 };

describe('provenance ids', () => {
  it('say which revision made a prediction and when', () => {
    expect(decodeProvenanceId(key, encodeProvenanceId(key, claim))).toEqual(claim);
  });

  it('differ for each prediction', () => {
    expect(encodeProvenanceId(key, claim)).not.toBe(encodeProvenanceId(key, claim));
  });

  it('cannot be made or changed without the key', () => {
    const id = encodeProvenanceId(key, claim);
    const changed = Buffer.from(id, 'base64url');
    changed[4] = 8;
    for (const wrong of [encodeProvenanceId(randomBytes(32), claim), changed.toString('base64url'), id.slice(0, -2), '', `${id}A`, 'x'.repeat(500)]) {
      expect(decodeProvenanceId(key, wrong)).toBeNull();
    }
  });
});

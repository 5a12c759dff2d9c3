import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Which revision made a prediction, and when. */
export interface ProvenanceClaim {
  readonly organizationId: number;
  readonly endpointId: number;
  readonly revision: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

const VERSION = 1;
const CLAIM_BYTES = 1 + 4 + 4 + 4 + 6 + 6;
const MAC_BYTES = 16;

/** The id in an answer's header: nothing is written per prediction, and it can be resolved after any restart. */
export function encodeProvenanceId(key: Buffer, claim: ProvenanceClaim): string {
  const bytes = Buffer.alloc(CLAIM_BYTES);
  bytes.writeUInt8(VERSION, 0);
  bytes.writeUInt32BE(claim.organizationId, 1);
  bytes.writeUInt32BE(claim.endpointId, 5);
  bytes.writeUInt32BE(claim.revision, 9);
  bytes.writeUIntBE(claim.time, 13, 6);
  randomBytes(6).copy(bytes, 19);
  return Buffer.concat([bytes, mac(key, bytes)]).toString('base64url');
}

/** Reads an id back; null unless it was made with this key. */
export function decodeProvenanceId(key: Buffer, id: string): ProvenanceClaim | null {
  if (!/^[\w-]{10,100}$/.test(id)) return null;
  const bytes = Buffer.from(id, 'base64url');
  if (bytes.length !== CLAIM_BYTES + MAC_BYTES || bytes[0] !== VERSION) return null;
  const claim = bytes.subarray(0, CLAIM_BYTES);
  if (!timingSafeEqual(mac(key, claim), bytes.subarray(CLAIM_BYTES))) return null;
  return { organizationId: claim.readUInt32BE(1), endpointId: claim.readUInt32BE(5), revision: claim.readUInt32BE(9), time: claim.readUIntBE(13, 6) };
}

function mac(key: Buffer, claim: Buffer): Buffer {
  return createHmac('sha256', key).update('modelyard-provenance').update(claim).digest().subarray(0, MAC_BYTES);
}

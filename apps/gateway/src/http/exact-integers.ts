import type { FastifyInstance } from 'fastify';

const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;

/** Answers may hold `bigint` (64-bit integers of the wire): they are sent as integer literals. */
export function sendExactIntegers(fastify: FastifyInstance): void {
  // A replacer function would cost a call for every value; toJSON is asked for bigints alone.
  Object.defineProperty(BigInt.prototype, 'toJSON', { configurable: true, value(this: bigint) { return rawJson(this.toString()); } });
  fastify.setReplySerializer((payload) => JSON.stringify(payload));
}

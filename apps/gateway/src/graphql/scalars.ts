import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

const LIMIT = 2n ** 63n;

function wrong(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}

function read(value: unknown): bigint {
  if (typeof value !== 'bigint' && typeof value !== 'number' && typeof value !== 'string') throw wrong('Long must be an integer, as a number or a string.');
  if (!/^-?\d{1,19}$/.test(String(value))) throw wrong('Long must be an integer, as a number or a string.');
  const long = BigInt(value);
  if (long >= LIMIT || long < -LIMIT) throw wrong('Long must fit into 64 bits.');
  return long;
}

/** 64-bit integers: a JSON number below 2^53, a string above, so that no client loses digits. */
export const LongScalar = new GraphQLScalarType<bigint, number | string>({
  name: 'Long',
  description: 'A 64-bit integer: a number where that is exact (below 2^53), a string above.',
  serialize: (value) => {
    const long = read(value);
    const number = Number(long);
    return Number.isSafeInteger(number) ? number : long.toString();
  },
  parseValue: read,
  parseLiteral: (node) => {
    if (node.kind !== Kind.INT && node.kind !== Kind.STRING) throw wrong('Long must be an integer, as a number or a string.');
    return read(node.value);
  },
});

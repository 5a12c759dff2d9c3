import { parseArgs } from 'node:util';
import { graphql } from './running-server.js';
import { UsageError } from './usage.js';

const MUTATION = `mutation ($input: CreateTokenInput!) { createToken(input: $input) { text token { expiresAt } } }`;

export async function createToken(words: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...words], allowPositionals: true, options: { org: { type: 'string' }, days: { type: 'string' } } });
  const [name] = positionals;
  if (name === undefined || positionals.length > 1) throw new UsageError('Usage: modelyard token create NAME [--org NAME] [--days N]');
  const input = { name, ...(values.days === undefined ? {} : { expiresInDays: Number(values.days) }) };
  const { createToken: made } = await graphql<{ createToken: { text: string; token: { expiresAt: string } } }>(MUTATION, { input }, values.org);
  console.log(`${made.text}   (until ${made.token.expiresAt}, shown this once)`);
  return 0;
}

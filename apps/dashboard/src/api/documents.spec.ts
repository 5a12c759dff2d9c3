import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSchema, parse, validate } from 'graphql';

const source = path.resolve(import.meta.dirname, '..');
const schema = buildSchema(readFileSync(path.resolve(source, '../../gateway/schema.graphql'), 'utf8'));
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.graphql.ts'));
// What stands between gql`...`; the documents hold no interpolation.
const documents = files.flatMap((file) => [...readFileSync(path.join(source, file), 'utf8').matchAll(/gql(?:<[\s\S]*?>)?`([^`]*)`/g)].map(([, text = '']): [string, string] => [`${path.basename(file)}: ${text.trim().split(/[\s({]/, 2).join(' ')}`, text]));

it('every file of documents has at least one', () => {
  expect(files.length).toBeGreaterThan(10);
  for (const file of files) expect(documents.some(([name]) => name.startsWith(`${path.basename(file)}:`)) ? '' : file).toBe('');
});

it.each(documents)('%s fits the committed schema', (_name, text) => {
  expect(text).not.toContain('${');
  expect(validate(schema, parse(text)).map(({ message }) => message)).toEqual([]);
});

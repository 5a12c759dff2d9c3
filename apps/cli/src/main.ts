import 'reflect-metadata';
import { SettingsError } from '@modelyard/config';
import { EmbeddedPostgresError, MigrationError } from '@modelyard/db';
import { isDomainError } from '@modelyard/kernel';
import { COMMANDS } from './commands/commands.js';
import { UsageError } from './commands/usage.js';
import { StartError } from './up/start-error.js';

const EXPECTED = [SettingsError, EmbeddedPostgresError, MigrationError, StartError, UsageError];

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  const expected = isDomainError(error) || EXPECTED.some((kind) => error instanceof kind);
  console.error(expected ? (error as Error).message : error);
  process.exit(1);
}

async function run(words: readonly string[]): Promise<number> {
  const command = COMMANDS.find(({ name }) => name.split(' ').every((word, index) => words[index] === word));
  if (command === undefined) {
    const asked = words.length > 0 && words[0] !== 'help' && words[0] !== '--help';
    (asked ? console.error : console.log)(help(asked ? `Unknown command: ${words.join(' ')}` : undefined));
    return asked ? 2 : 0;
  }
  return command.run(words.slice(command.name.split(' ').length));
}

function help(complaint?: string): string {
  const lines = COMMANDS.map(({ name, usage, summary }) => `  modelyard ${`${name} ${usage}`.padEnd(46)} ${summary}`);
  return [...(complaint === undefined ? [] : [complaint, '']), 'Usage:', ...lines].join('\n');
}

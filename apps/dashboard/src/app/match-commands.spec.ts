import { matchCommands } from './match-commands.js';

const commands = [
  { label: 'my-iris', kind: 'Model' },
  { label: 'iris', kind: 'Endpoint' },
  { label: 'Endpoints', kind: 'Page' },
];

it('all words must be there, in name or kind', () => {
  expect(matchCommands(commands, 'iris endp').map(({ label }) => label)).toEqual(['iris']);
});

it('names that start with the text come first', () => {
  expect(matchCommands(commands, 'iris').map(({ label }) => label)).toEqual(['iris', 'my-iris']);
});

it('no text keeps all', () => {
  expect(matchCommands(commands, '')).toHaveLength(3);
});

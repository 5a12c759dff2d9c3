import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SETTINGS } from './settings.js';

const FILE = path.join(process.cwd(), 'README.md');
const TABLE = /(<!-- settings:begin[^\n]*-->\n)[\s\S]*(<!-- settings:end -->)/;

describe('the table of settings in the README', () => {
  it('is the schema\'s (write it with UPDATE_DOCS=1)', () => {
    const rows = Object.entries(SETTINGS).map(([name, setting]) => `| \`${name}\` | ${setting.description ?? ''} |`);
    const table = ['| Setting | What it does |', '| --- | --- |', ...rows, ''].join('\n');
    const text = readFileSync(FILE, 'utf8');
    const expected = text.replace(TABLE, (_all, begin: string, end: string) => `${begin}${table}${end}`);
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(FILE, expected);
    expect(readFileSync(FILE, 'utf8')).toBe(expected);
    expect(Object.values(SETTINGS).filter((setting) => setting.description === undefined)).toEqual([]);
  });
});

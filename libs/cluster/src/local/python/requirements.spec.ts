import { parseRequirements } from './requirements.js';

describe('parseRequirements', () => {
  it.each([
    'mlflow==3.17.2', 'numpy>=1.26,<3', 'torch==2.1.0+cpu', 'uvicorn[standard]', 'pandas [excel, parquet] ~= 2.2', 'scipy', 'x===1.0', 'a.b_c-d!=1.*',
    'tomli>=1; python_version < "3.11"', "pywin32 ; sys_platform == 'win32' and (python_version >= '3.8' or extra == 'x')", 'numpy==1!2.0 # why',
  ])('takes %s', (line) => expect(parseRequirements(line)).toHaveLength(1));

  it('normalises names, skips comments and blank lines', () => {
    expect(parseRequirements('# a comment\n\nScikit_Learn==1.9.1  # pinned\r\nfoo')).toEqual([
      { name: 'scikit-learn', text: 'Scikit_Learn==1.9.1' },
      { name: 'foo', text: 'foo' },
    ]);
  });

  it.each([
    ['-e git+https://x/y', 'an option'], ['--index-url https://evil', 'an option'], ['--find-links=/tmp', 'an option'], ['-r other.txt', 'an option'], ['-c x', 'an option'],
    ['--extra-index-url https://evil', 'an option'], ['--pre', 'an option'], ['numpy --global-option=x', 'not a requirement'], ['numpy==1 --hash=sha256:00', 'not a requirement'],
    ['foo @ https://evil/foo.whl', 'an address'], ['foo@file:///etc/passwd', 'an address'], ['git+ssh://git@x/y', 'an address'], ['https://evil/foo.tar.gz', 'an address'],
    ['./foo', 'a path'], ['/etc/passwd', 'a path'], ['foo.whl', 'a path'], ['..\\foo', 'a path'], ['~/x.zip', 'a path'],
    ['foo; rm -rf /', 'a path'], ['foo$(id)', 'not a requirement'], ['foo`id`', 'not a requirement'], ['foo|id', 'not a requirement'], ['foo\\', 'a path'], ['${HOME}', 'not a requirement'], ['foo==', 'not a requirement'],
  ])('refuses %j: %s', (line, reason) => {
    expect(() => parseRequirements(`numpy\n${line}`)).toThrow(reason);
    expect(() => parseRequirements(`numpy\n${line}`)).toThrow(/^Line 2 of 'requirements.txt', '/);
  });

  it('does not repeat passwords or control characters of a line', () => {
    expect(() => parseRequirements('--index-url https://me:secret@host/\u001b[31m')).toThrow(/\*\*\*@host\/\?\[31m/);
  });

  it('is bounded, and quick on long lines', () => {
    expect(() => parseRequirements('a\n'.repeat(2_000))).toThrow('more than 1000 lines');
    expect(() => parseRequirements('a'.repeat(70_000))).toThrow('larger than');
    const started = Date.now();
    for (const line of [`a${'-'.repeat(60_000)}`, `a[${'b,'.repeat(20_000)}`, `a${'>=1,'.repeat(15_000)}!`, `a;${' '.repeat(60_000)}!`]) expect(() => parseRequirements(line)).toThrow();
    expect(Date.now() - started).toBeLessThan(1_000);
  });
});

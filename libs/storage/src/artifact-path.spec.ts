import { artifactDirectory, artifactPath } from './artifact-path.js';

const long = 'x'.repeat(255);

describe('artifactPath', () => {
  it.each([
    ['model/MLmodel', 'model/MLmodel'],
    ['.hidden/..almost/a..b/...', '.hidden/..almost/a..b/...'],
    ['a b+c;d?e=f&g', 'a b+c;d?e=f&g'],
    ['with%20space', 'with space'],
    ['twice%2520encoded', 'twice encoded'],
    ['folder%2Ffile', 'folder/file'],
    ['95%.png', '95%.png'],
    ['95%25.png', '95%.png'],
    ['100%zz', '100%zz'],
    ['file', 'file'],
    ['filename:with:colons', 'filename:with:colons'],
    ['%E6%97%A5%E6%9C%AC', '日本'],
    ['e\u0301', 'é'],
    [`${long}/${long}/${long}`, `${long}/${long}/${long}`],
  ])('%j becomes %j, and stays it', (raw, expected) => {
    expect(artifactPath(raw)).toBe(expected);
    expect(artifactPath(expected)).toBe(expected);
  });

  // Families of CVE-2023-1177, 2023-2356, 2023-2780, 2023-6831, 2023-6977, 2024-1483, 2024-1558, 2024-1560, 2024-1593,
  // 2024-2928, 2024-3573, 2024-3848, 2025-11201.
  it.each([
    '', '..', '.', '../etc/passwd', 'a/../b', 'a/..', './a', 'a/./b', '../../../../etc/passwd',
    '/etc/passwd', '//host/share', '///a', 'a//b', 'a/', '/',
    '..\\secret', 'a\\..\\b', '\\etc\\passwd', '\\\\host\\share', 'a%5c..%5cb', 'a%255C..%255Cb',
    'C:/Windows', 'c:\\Windows', 'C:', 'C%3A/Windows',
    '%2e%2e/secret', '%2e%2e%2fsecret', '..%2fsecret', '.%2e/secret', '%2E%2E%2Fsecret', 'a%2f..%2f..%2fb',
    '%252e%252e%252fsecret', '%25252e%25252e%25252fsecret', '%2525252e%2525252e/secret', '%252525252525252e',
    '%2fetc%2fpasswd', '%252fetc/passwd', '..%c0%afsecret', '%c0%ae%c0%ae/secret', '%ff', '%e0%80%af',
    'a#b', '#', 'a%23b', 'a%2523/../b', 'model#/../../etc/passwd', 'a?/../b',
    'file:///etc/passwd', 'file:/etc/passwd', 'FILE:x', 'file:x', 'file%3a///etc/passwd', 'fi%6ce:etc',
    'http://host/../x', 's3://bucket/key', 'mlflow-artifacts:/../x',
    '..;/secret', 'a/..;x=y/b', '..;', '%2e%2e;/a', '.;/a',
    'a\u0000b', 'a%00b', 'a%2500b', 'a\nb', 'a%0d%0aSet-Cookie:x', '\u007f', '\u0085', 'a\u2028b',
    'invoice\u202egnp.exe', 'a\u2066b', 'lone\ud800surrogate',
    `${long}x`, 'é'.repeat(128), `${long}/${long}/${long}/${long}`, '%41'.repeat(2000), 'a/'.repeat(5000),
  ])('refuses %j', (raw) => {
    expect(() => artifactPath(raw)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringMatching(/^Invalid path: /) }));
  });

  it('takes no time on a path made to be slow', () => {
    const started = performance.now();
    for (const unit of ['%25', '%', '../', 'a/', '%2525']) expect(() => artifactPath(unit.repeat(1_000_000))).toThrow(/^Invalid path/);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('artifactDirectory', () => {
  it.each([['', ''], ['model', 'model'], ['model/', 'model'], ['a/b%20c/', 'a/b c']])('%j is %j', (raw, expected) => {
    expect(artifactDirectory(raw)).toBe(expected);
  });

  it.each(['/', '//', '..', '../', 'a//', '/a/', './', '%2e%2e/', '%2f'])('refuses %j', (raw) => {
    expect(() => artifactDirectory(raw)).toThrow(/^Invalid path/);
  });
});

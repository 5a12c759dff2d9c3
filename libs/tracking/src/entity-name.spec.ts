import { checkKey, checkRunId, truncate } from './entity-name.js';

describe('a key', () => {
  it.each(['loss', 'val/loss', 'a.b-c:d e', 'größe', 'x'.repeat(250)])('may be %s', (key) => {
    expect(() => checkKey(key, 'key', 'key')).not.toThrow();
  });

  it.each([
    ['a//b', `Invalid value "a//b" for parameter 'key' supplied: Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to 'a/b'`],
    ['../a', "This name would resolve to '../a'"],
    ['/a', "This name would resolve to '/a'"],
    ['a/', "This name would resolve to 'a'"],
    ['', "This name would resolve to '.'"],
    ['a\0', String.raw`Invalid value "a\u0000" for parameter 'key' supplied: Names may only contain alphanumerics`],
    ['a"ü€', String.raw`Invalid value "a\"\u00fc\u20ac" for parameter`],
    ['x'.repeat(251), "'key' exceeds the maximum length of 250 characters"],
  ])('may not be %j', (key, message) => {
    expect(() => checkKey(key, 'key', 'key')).toThrow(message);
  });

  it('of megabytes comes back shortened in the message', () => {
    expect(() => checkKey('*'.repeat(1e6), 'key', 'key')).toThrow(expect.objectContaining({ message: expect.not.stringMatching(/.{1000}/) }));
  });
});

it('a long value is cut between characters, not inside one', () => {
  expect(truncate('a😀b', 2)).toBe('a😀');
  expect(truncate('ab', 2)).toBe('ab');
});

it.each(['', '-a', 'a/b', '../x', 'a'.repeat(257)])('%j is no run id', (id) => {
  expect(() => checkRunId(id)).toThrow("for parameter 'run_id' supplied.");
});

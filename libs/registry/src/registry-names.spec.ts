import { checkAlias, checkNewModelName, checkNewAlias, checkRegistryTag, parseVersion } from './registry-names.js';

describe('names of the registry', () => {
  it.each(['iris', 'Iris 2.0 (new)', 'über-modell', '...'.slice(0, 1) + 'x'])('%p can be the name of a model', (name) => {
    expect(() => checkNewModelName(name)).not.toThrow();
  });

  it.each([
    ['', /Missing value for required parameter 'name'/],
    ['   ', /Missing value/],
    ['a/b', /Names cannot contain '\/' or ':'/],
    ['a:b', /Names cannot contain '\/' or ':'/],
    ['..', /must not resolve to other names/],
    ['.', /must not resolve to other names/],
    ['x'.repeat(257), /exceeds the maximum length of 256/],
  ])('%p cannot', (name, message) => {
    expect(() => checkNewModelName(name)).toThrow(message);
  });

  it.each(['champion', 'a-b_1', 'v', 'version1', 'ä'])('%p can be an alias', (alias) => {
    expect(() => checkNewAlias(alias)).not.toThrow();
  });

  it.each([
    ['latest', /'latest' alias name \(case insensitive\) is reserved/],
    ['LATEST', /reserved/],
    ['v1', /Version alias name 'v1' is reserved/],
    ['V12', /reserved/],
    ['', /cannot be empty/],
    ['a b', /Names may only contain alphanumerics/],
    ['a/b', /Names may only contain/],
    ['a'.repeat(256), /maximum length of 255/],
  ])('%p cannot', (alias, message) => {
    expect(() => checkNewAlias(alias)).toThrow(message);
  });

  it('lets reserved aliases be looked up', () => {
    expect(() => checkAlias('latest')).not.toThrow();
  });

  it('bounds tags as MLflow does', () => {
    expect(() => checkRegistryTag({ key: 'k', value: 'v'.repeat(100_000) })).not.toThrow();
    expect(() => checkRegistryTag({ key: 'k', value: 'v'.repeat(100_001) })).toThrow(/maximum length of 100000/);
    expect(() => checkRegistryTag({ key: 'mlflow.prompt.text', value: 'v'.repeat(100_001) })).toThrow(/Prompt text exceeds max length/);
    expect(() => checkRegistryTag({ key: 'a\u0000', value: '' })).toThrow(/Names may only contain/);
  });

  it('reads versions as Python reads integers', () => {
    expect(parseVersion('12')).toBe(12);
    expect(parseVersion(' 7 ')).toBe(7);
    expect(() => parseVersion('abc')).toThrow("Parameter 'version' must be an integer, got 'abc'.");
    expect(() => parseVersion('1.0')).toThrow(/must be an integer/);
    expect(parseVersion('-1')).toBe(-1);
    expect(parseVersion('99999999999')).toBe(99_999_999_999);
  });
});

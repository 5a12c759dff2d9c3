import { SecretBox } from './secret-box.js';

describe('a secret box', () => {
  const box = new SecretBox(['first']);

  it('gives a secret back, and never shows it', () => {
    const sealed = box.seal('größe 🔑', 'webhook 1');
    expect(box.open(sealed, 'webhook 1')).toBe('größe 🔑');
    expect(sealed.includes('größe')).toBe(false);
    expect(box.seal('größe 🔑', 'webhook 1').equals(sealed)).toBe(false);
  });

  it('opens nothing for another context, and nothing that was changed', () => {
    const sealed = box.seal('s', 'webhook 1');
    expect(() => box.open(sealed, 'webhook 2')).toThrow();
    for (let at = 0; at < sealed.length; at += 7) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => box.open(changed, 'webhook 1')).toThrow();
    }
    expect(() => box.open(sealed.subarray(0, 40), 'webhook 1')).toThrow();
  });

  it('opens what an older master key sealed while that key is there', () => {
    const sealed = box.seal('s', 'c');
    const renewed = new SecretBox(['second', 'first']);
    expect(renewed.open(sealed, 'c')).toBe('s');
    expect(() => new SecretBox(['second']).open(sealed, 'c')).toThrow(/another master key/);
    expect(() => box.open(renewed.seal('s', 'c'), 'c')).toThrow(/another master key/);
  });
});

import { Turnstile } from './turnstile.js';

describe('Turnstile', () => {
  it('runs as many as it is wide, lets a few wait in order, and refuses the rest at once', async () => {
    const turnstile = new Turnstile(1, 1);
    const done: number[] = [];
    let open = () => {};
    const first = turnstile.pass(() => new Promise<void>((resolve) => (open = resolve)));
    const second = turnstile.pass(async () => void done.push(2));
    await expect(turnstile.pass(async () => undefined)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(done).toEqual([]);
    open();
    await Promise.all([first, second]);
    expect(done).toEqual([2]);
  });

  it('frees its place when a task fails', async () => {
    const turnstile = new Turnstile(1, 0);
    await expect(turnstile.pass(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(turnstile.pass(async () => 'yes')).resolves.toBe('yes');
  });
});

import { isPublicAddress, webhookTarget } from './webhook-target.js';

const NOBODY: ReadonlySet<string> = new Set();
const resolve = (...addresses: string[]) => async () => addresses;

describe('public addresses', () => {
  it.each(['8.8.8.8', '1.1.1.1', '2606:4700:4700::1111', '::ffff:8.8.8.8', '2002:808:808::1'])('%s is one', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    '0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.255.255.254', '169.254.169.254', '172.16.0.1', '172.31.255.255', '192.168.1.1', '198.18.0.1', '192.0.2.1', '224.0.0.1', '255.255.255.255',
    '::', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::127.0.0.1', '64:ff9b::10.0.0.1', '64:ff9b::a00:1', '2002:a00:1::', '2001:db8::1', 'fc00::1', 'fd12::1', 'fe80::1', 'fe80::1%eth0', 'ff02::1', '', 'localhost',
  ])('%s is none', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('the target of a webhook', () => {
  it('is the address that was looked up once', async () => {
    const target = await webhookTarget('https://hooks.example.com/a?b=c', NOBODY, resolve('2606:4700:4700::1111', '8.8.8.8'));
    expect([target.url.host, target.address]).toEqual(['hooks.example.com', '8.8.8.8']);
  });

  it.each([
    ['http://8.8.8.8/x', /scheme/], ['ftp://8.8.8.8/x', /scheme/], ['file:///etc/passwd', /scheme/], ['javascript:alert(1)', /scheme/], ['gopher://x', /scheme/],
    ['', /empty/], ['   ', /empty/], ['nothing', /Invalid webhook URL/], ['https://', /Invalid webhook URL/], ['https://user:pass@8.8.8.8/', /user name/],
    ['https://127.0.0.1/', /non-public/], ['https://127.1/', /non-public/], ['https://0177.0.0.1/', /non-public/], ['https://2130706433/', /non-public/], ['https://0x7f.1/', /non-public/],
    ['https://[::1]/', /non-public/], ['https://[::ffff:10.0.0.1]/', /non-public/], ['https://169.254.169.254/latest', /non-public/],
  ])('is refused: %s', async (url, message) => {
    await expect(webhookTarget(url, NOBODY, resolve('8.8.8.8'))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringMatching(message) });
  });

  it('is refused when any of its addresses is private, and when it has none', async () => {
    await expect(webhookTarget('https://rebind.example', NOBODY, resolve('8.8.8.8', '10.0.0.1'))).rejects.toThrow(/resolves to 10\.0\.0\.1/);
    await expect(webhookTarget('https://rebind.example', NOBODY, resolve())).rejects.toThrow(/Cannot resolve/);
    await expect(webhookTarget('https://nobody.example', NOBODY, () => Promise.reject(new Error('ENOTFOUND')))).rejects.toThrow(/Cannot resolve/);
  });

  it('may be private and speak http where the organization says so, on that port only if it names one', async () => {
    const allowed = new Set(['hooks.internal', 'localhost:8443']);
    expect((await webhookTarget('http://hooks.internal:81/', allowed, resolve('10.0.0.1'))).address).toBe('10.0.0.1');
    expect((await webhookTarget('https://localhost:8443/', allowed, resolve('127.0.0.1'))).address).toBe('127.0.0.1');
    await expect(webhookTarget('https://localhost:8444/', allowed, resolve('127.0.0.1'))).rejects.toThrow(/non-public/);
  });

  it.each(['169.254.169.254', '[fe80::1]', '0.0.0.0', '[::ffff:169.254.169.254]', '[fd00:ec2::254]'])('is never %s, whatever is allowed', async (host) => {
    await expect(webhookTarget(`https://${host}/`, new Set([host, new URL(`https://${host}`).host]), resolve())).rejects.toThrow(/non-public/);
  });
});

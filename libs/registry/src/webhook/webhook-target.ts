import { BlockList, isIP } from 'node:net';
import { DomainError } from '@modelyard/kernel';

/** Where a delivery goes: a URL, and the address that was looked up and checked. */
export interface WebhookTarget {
  readonly url: URL;
  readonly address: string;
}

/** Looks up the addresses of a host name. Rejects when it has none. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

// What the IANA registries of special addresses (RFC 6890 and its updates) call not globally reachable.
const PRIVATE = blockList([
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15',
  '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4',
  '::/96', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32', '3fff::/20', '5f00::/16', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8',
]);
// Clouds answer with the machine's credentials there: nobody may allow these.
const NEVER = blockList(['0.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '240.0.0.0/4', '::/128', 'fe80::/10', 'ff00::/8', 'fd00:ec2::254/128']);

/**
 * Checks where a webhook wants to go: https, and a host all of whose addresses are public. A host the organization allows
 * may be private and speak http. The address is part of the answer: who connects to it cannot be sent elsewhere by a
 * second look-up. Throws INVALID_ARGUMENT in MLflow's words, with `details.temporary` when the name was not found now.
 */
export async function webhookTarget(text: string, allowedHosts: ReadonlySet<string>, resolve: Resolve): Promise<WebhookTarget> {
  const url = parseUrl(text);
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  const allowed = allowedHosts.has(url.host) || allowedHosts.has(url.hostname);
  const scheme = url.protocol.slice(0, -1);
  if (scheme !== 'https' && !(allowed && scheme === 'http')) throw refused(`Invalid webhook URL scheme: '${scheme.slice(0, 100)}'. Allowed schemes are: https.`);
  const addresses = isIP(hostname) > 0 ? [hostname] : await lookUp(hostname, resolve);
  const wrong = addresses.find((address) => matches(NEVER, address) || (!allowed && !isPublicAddress(address)));
  if (wrong !== undefined) throw refused(`Webhook URL must not resolve to a non-public IP address. '${hostname}' resolves to ${wrong}.`);
  const [address] = addresses.toSorted((a, b) => isIP(a) - isIP(b));
  if (address === undefined) throw refused(`Cannot resolve Webhook URL hostname '${hostname}': it has no address`);
  return { url, address };
}

/** True when the whole Internet means the same by it. Addresses that carry another one inside are that one. */
export function isPublicAddress(address: string): boolean {
  return isIP(address) > 0 && !matches(PRIVATE, address);
}

function parseUrl(text: string): URL {
  if (text.trim() === '') throw refused(`Webhook URL cannot be empty or just whitespace: '${text.slice(0, 100)}'`);
  const url = URL.parse(text);
  if (url === null) throw refused(`Invalid webhook URL '${text.slice(0, 500)}'. Give an absolute https URL.`);
  if (url.hostname === '' && url.protocol === 'https:') throw refused(`Webhook URL must include a hostname: '${text.slice(0, 500)}'`);
  if (url.username !== '' || url.password !== '') throw refused('A webhook URL holds no user name and password: they would be shown to everybody who may see the webhook. Use a secret.');
  return url;
}

async function lookUp(hostname: string, resolve: Resolve): Promise<readonly string[]> {
  try {
    return await resolve(hostname);
  } catch (cause) {
    throw new DomainError('INVALID_ARGUMENT', `Cannot resolve Webhook URL hostname '${hostname.slice(0, 300)}'. Check its spelling.`, { field: 'url', temporary: true }, { cause });
  }
}

function matches(list: BlockList, address: string): boolean {
  const inner = embeddedIpv4(address);
  return list.check(inner, isIP(inner) === 6 ? 'ipv6' : 'ipv4');
}

/** The IPv4 address in an IPv4-mapped, 6to4 or NAT64 one (as mlflow's `_embedded_ipv4`). */
function embeddedIpv4(address: string): string {
  if (isIP(address) !== 6) return address;
  const words = expand(address);
  const quad = (high = 0, low = 0) => [high >> 8, high & 255, low >> 8, low & 255].join('.');
  if (words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff) return quad(words[6], words[7]);
  if (words[0] === 0x2002) return quad(words[1], words[2]);
  if (words[0] === 0x64 && words[1] === 0xff9b && words.slice(2, 6).every((word) => word === 0)) return quad(words[6], words[7]);
  return address;
}

function expand(address: string): number[] {
  const [plain = ''] = address.split('%');
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(plain);
  const hex = dotted === null ? plain : `${dotted[1]}${((Number(dotted[2]) << 8) | Number(dotted[3])).toString(16)}:${((Number(dotted[4]) << 8) | Number(dotted[5])).toString(16)}`;
  const [before = '', after] = hex.split('::');
  const words = (part: string) => (part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16)));
  if (after === undefined) return words(before);
  const [head, tail] = [words(before), words(after)];
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
}

function blockList(subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [network = '', bits = ''] = subnet.split('/');
    list.addSubnet(network, Number(bits), isIP(network) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

function refused(message: string): DomainError {
  return new DomainError('INVALID_ARGUMENT', message, { field: 'url' });
}

import { generateKeyPairSync, sign } from 'node:crypto';

const OBJECT_ID = 0x06;
const SEQUENCE = 0x30;
const ECDSA_WITH_SHA256 = sequence(der(OBJECT_ID, Buffer.from('2a8648ce3d040302', 'hex')));

/** A certificate for a host name, signed by its own key (RFC 5280), and that key: for servers that tests start. */
export function selfSignedCertificate(hostname: string): { readonly cert: string; readonly key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(der(0x31, sequence(der(OBJECT_ID, Buffer.from('550403', 'hex')), der(0x0c, Buffer.from(hostname)))));
  const validity = sequence(time(-86_400_000), time(86_400_000));
  const alternativeNames = extension('551d11', sequence(der(0x82, Buffer.from(hostname))));
  const authority = extension('551d13', sequence(der(0x01, Buffer.of(0xff))));
  const body = sequence(
    der(0xa0, der(0x02, Buffer.of(2))), der(0x02, Buffer.of(1)), ECDSA_WITH_SHA256, name, validity, name,
    publicKey.export({ type: 'spki', format: 'der' }), der(0xa3, sequence(alternativeNames, authority)),
  );
  const signature = der(0x03, Buffer.of(0), sign('sha256', body, privateKey));
  const base64 = sequence(body, ECDSA_WITH_SHA256, signature).toString('base64').replace(/.{64}/g, '$&\n');
  return { cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(SEQUENCE, ...parts);
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(der(OBJECT_ID, Buffer.from(id, 'hex')), der(0x04, value));
}

function time(offsetMs: number): Buffer {
  return der(0x17, Buffer.from(`${new Date(Date.now() + offsetMs).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));
}

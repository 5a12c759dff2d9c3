import { decodeOtlpJson } from './otlp-json.js';
import { decodeOtlpProto } from './otlp-proto.js';
import { encodeOtlp, otlpRequest } from './testing.js';

const json = (request: unknown) => Buffer.from(JSON.stringify(request));
const key = (name: string, value: unknown) => ({ key: name, value });

const FULL = otlpRequest({
  parentSpanId: '00000000000000ff',
  name: 'ü',
  kind: 3,
  status: { code: 2, message: 'boom' },
  attributes: [
    key('s', { stringValue: 'téxt' }), key('e', { stringValue: '' }), key('i', { intValue: '1152921504606846977' }), key('neg', { intValue: '-9223372036854775808' }), key('f', { doubleValue: 1 }), key('b', { boolValue: false }),
    key('by', { bytesValue: 'AP8=' }), key('l', { arrayValue: { values: [{ intValue: '1' }, {}] } }), key('m', { kvlistValue: { values: [key('a', { intValue: '1' }), key('a', { intValue: '2' })] } }), { key: 'none' }, key('s', { stringValue: 'last' }),
  ],
  events: [{ name: 'ev', timeUnixNano: '1700000000200000001', attributes: [key('k', { boolValue: true })], droppedAttributesCount: 3 }],
  links: [{ traceId: '00000000000000000000000000000007', spanId: '0000000000000009', attributes: [key('by', { bytesValue: 'AP8=' })] }],
});

describe.each([
  ['protobuf', (request: unknown) => decodeOtlpProto(encodeOtlp(request))],
  ['JSON', (request: unknown) => decodeOtlpJson(json(request))],
])('OTLP in %s', (_encoding, decode) => {
  it('is read without loss', () => {
    const [span] = decode(FULL);
    expect(span).toMatchObject({ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: '0000000000000001', parentSpanId: '00000000000000ff', name: 'ü', startTime: 1700000000123456789n, endTime: 1700000001623456789n, status: 'ERROR', statusMessage: 'boom' });
    expect([...(span?.attributes ?? [])]).toEqual([
      ['s', '"last"'], ['e', '""'], ['i', '1152921504606846977'], ['neg', '-9223372036854775808'], ['f', '1.0'], ['b', 'false'], ['by', '"b\'\\\\x00\\\\xff\'"'], ['l', '[1, null]'], ['m', '{"a": 2}'], ['none', 'null'],
    ]);
    expect(span?.events).toEqual([{ name: 'ev', time: 1700000000200000001n, attributes: new Map([['k', 'true']]) }]);
    expect(span?.links).toEqual([{ traceId: '7'.padStart(32, '0'), spanId: '9'.padStart(16, '0'), attributes: new Map([['by', '"AP8="']]) }]);
    expect(span?.resource).toEqual(new Map([['service.name', '"svc"']]));
  });

  it('takes a parent of zeros for none, and times that are missing for 0', () => {
    expect(decode(otlpRequest({ parentSpanId: '0000000000000000', startTimeUnixNano: '0', endTimeUnixNano: '0' }))[0]).toMatchObject({ parentSpanId: null, startTime: 0n, endTime: 0n });
  });

  it.each([
    ['no trace id', { traceId: '' }],
    ['no span id', { spanId: '' }],
    ['a trace id of 17 bytes', { traceId: 'ff'.repeat(17) }],
  ])('refuses a span with %s', (_title, part) => {
    expect(() => decode(otlpRequest(part))).toThrow('Cannot convert OpenTelemetry span to MLflow span');
  });

  it('refuses a request without spans', () => {
    expect(() => decode({})).toThrow('Invalid OpenTelemetry format - no spans found');
  });

  it('bounds the depth of values', () => {
    const nested = (depth: number): unknown => (depth === 0 ? { boolValue: true } : { arrayValue: { values: [nested(depth - 1)] } });
    expect(decode(otlpRequest({ attributes: [key('d', nested(40))] }))[0]?.attributes.get('d')).toBe(`${'['.repeat(40)}true${']'.repeat(40)}`);
    expect(() => decode(otlpRequest({ attributes: [key('d', nested(47))] }))).toThrow('Invalid OpenTelemetry format');
  });

  it('bounds the number of spans', () => {
    expect(() => decode(otlpRequest(...Array.from({ length: 20_001 }, () => ({}))))).toThrow('at most 20000 spans');
  });
});

describe('OTLP that is broken', () => {
  it.each([
    ['no message', [0xff, 0xff, 0xff]],
    ['a length beyond the end', [0x0a, 0x7f]],
    ['a length beyond its parent', [0x0a, 0x02, 0x12, 0x05, 0, 0, 0, 0, 0]],
    ['broken UTF-8', [0x0a, 0x08, 0x0a, 0x06, 0x0a, 0x04, 0x0a, 0x02, 0xff, 0xfe]],
    ['a group that never ends', [0x0b]],
    ['groups 1000 deep', Array.from({ length: 1000 }, () => 0x0b)],
  ])('as protobuf with %s is refused', (_title, bytes) => {
    expect(() => decodeOtlpProto(Uint8Array.from(bytes))).toThrow('Invalid OpenTelemetry format');
  });

  it('at any byte of a request is refused or read, never a crash', () => {
    const whole = encodeOtlp(FULL);
    for (let at = 0; at < whole.length; at += 1) {
      const broken = Buffer.from(whole);
      broken[at] = (broken[at] ?? 0) ^ 0xff;
      for (const bytes of [broken, whole.subarray(0, at)]) {
        try {
          decodeOtlpProto(bytes);
        } catch (error) {
          expect((error as Error).message).toMatch(/^Invalid OpenTelemetry format|^Cannot convert OpenTelemetry span/);
        }
      }
    }
  });

  it.each([
    ['{'], ['[]'], ['null'], ['"x"'], ['{"resourceSpans":5}'],
    [JSON.stringify(otlpRequest({ traceId: 'zz' }))], [JSON.stringify(otlpRequest({ startTimeUnixNano: '-1' }))], [JSON.stringify(otlpRequest({ startTimeUnixNano: '99999999999999999999' }))],
    [JSON.stringify(otlpRequest({ attributes: [key('i', { intValue: '9223372036854775808' })] }))], [JSON.stringify(otlpRequest({ attributes: [key('d', { doubleValue: 'x' })] }))], [JSON.stringify(otlpRequest({ attributes: 5 }))],
  ])('as JSON %s is refused', (text) => {
    expect(() => decodeOtlpJson(Buffer.from(text))).toThrow('Invalid OpenTelemetry format');
  });
});

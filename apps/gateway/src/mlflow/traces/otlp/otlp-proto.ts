import { isUtf8 } from 'node:buffer';
import { pythonBytes, pythonFloat, type Attributes, type SpanEvent, type SpanInput, type SpanLink } from '@modelyard/tracking';
import protobuf from 'protobufjs';
import { checkDepth, idOf, jsonList, jsonObject, parentIdOf, SpanList, statusOf } from './otlp-values.js';
import { invalidFormat, OtlpRefusal } from './otlp-refusal.js';

/** Wire types of protobuf. */
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;

/** How bytes are written: MLflow keeps those of links apart. */
type BytesStyle = 'repr' | 'base64';

/** Reads one field of a message; false when it is unknown, or of another wire type. */
type FieldReader = (field: number, wire: number) => boolean;

/** Spans of an ExportTraceServiceRequest (opentelemetry/proto/collector/trace/v1). One pass, without objects in between. Throws OtlpRefusal. */
export function decodeOtlpProto(bytes: Uint8Array): SpanInput[] {
  try {
    return new OtlpDecoder(bytes).request();
  } catch (error) {
    throw error instanceof OtlpRefusal ? error : invalidFormat();
  }
}

class OtlpDecoder {
  private readonly reader: protobuf.Reader;
  private readonly list = new SpanList();

  constructor(private readonly bytes: Uint8Array) {
    this.reader = protobuf.Reader.create(bytes);
  }

  request(): SpanInput[] {
    let resources = 0;
    this.fields(this.bytes.length, (field, wire) => {
      if (field !== 1 || wire !== BYTES) return false;
      resources += 1;
      this.resourceSpans();
      return true;
    });
    if (resources === 0) throw new OtlpRefusal(400, 'Invalid OpenTelemetry format - no spans found');
    return this.list.spans;
  }

  private resourceSpans(): void {
    const resource = new Map<string, string>();
    this.message((field, wire) => {
      if (wire !== BYTES) return false;
      if (field === 1) this.message((inner, innerWire) => inner === 1 && innerWire === BYTES && this.keyValue(resource, 'repr', 0));
      // The map is filled by the time spans are stored, in whatever order the fields come.
      else if (field === 2) this.message((inner, innerWire) => inner === 2 && innerWire === BYTES && this.span(resource));
      else return false;
      return true;
    });
  }

  private span(resource: Attributes): boolean {
    let [traceId, spanId, parentId, name, message, code] = ['', '', '', '', '', 0];
    let [startTime, endTime] = [0n, 0n];
    const attributes = new Map<string, string>();
    const events: SpanEvent[] = [];
    const links: SpanLink[] = [];
    this.message((field, wire) => {
      if (wire === FIXED64) {
        if (field === 7) startTime = this.fixed64();
        else if (field === 8) endTime = this.fixed64();
        else return false;
        return true;
      }
      if (wire !== BYTES) return false;
      switch (field) {
        case 1:
          traceId = this.hex();
          return true;
        case 2:
          spanId = this.hex();
          return true;
        case 4:
          parentId = this.hex();
          return true;
        case 5:
          name = this.text();
          return true;
        case 9:
          return this.keyValue(attributes, 'repr', 0);
        case 11:
          events.push(this.event());
          return true;
        case 13:
          links.push(this.link());
          return true;
        case 15:
          this.message((inner, innerWire) => {
            if (inner === 2 && innerWire === BYTES) message = this.text();
            else if (inner === 3 && innerWire === VARINT) code = this.reader.int32();
            else return false;
            return true;
          });
          return true;
        default:
          return false;
      }
    });
    this.list.add({ traceId: idOf(traceId, 32), spanId: idOf(spanId, 16), parentSpanId: parentIdOf(parentId), name, startTime, endTime, status: statusOf(code), statusMessage: message, attributes, events, links, resource });
    return true;
  }

  private event(): SpanEvent {
    let [name, time] = ['', 0n];
    const attributes = new Map<string, string>();
    this.message((field, wire) => {
      if (field === 1 && wire === FIXED64) time = this.fixed64();
      else if (field === 2 && wire === BYTES) name = this.text();
      else return field === 3 && wire === BYTES && this.keyValue(attributes, 'repr', 0);
      return true;
    });
    return { name, time, attributes };
  }

  private link(): SpanLink {
    let [traceId, spanId] = ['0', '0'];
    const attributes = new Map<string, string>();
    this.message((field, wire) => {
      if (wire !== BYTES) return false;
      if (field === 1) traceId = this.hex() || '0';
      else if (field === 2) spanId = this.hex() || '0';
      else return field === 4 && this.keyValue(attributes, 'base64', 0);
      return true;
    });
    return { traceId: idOf(traceId, 32), spanId: idOf(spanId, 16), attributes };
  }

  private keyValue(into: Map<string, string>, style: BytesStyle, depth: number): boolean {
    let [key, value] = ['', 'null'];
    this.message((field, wire) => {
      if (wire !== BYTES) return false;
      if (field === 1) key = this.text();
      else if (field === 2) value = this.anyValue(style, depth);
      else return false;
      return true;
    });
    into.set(key, value);
    return true;
  }

  /** JSON of an AnyValue. */
  private anyValue(style: BytesStyle, depth: number): string {
    checkDepth(depth);
    let json = 'null';
    this.message((field, wire) => {
      if (field === 1 && wire === BYTES) json = JSON.stringify(this.text());
      else if (field === 2 && wire === VARINT) json = String(this.reader.bool());
      else if (field === 3 && wire === VARINT) json = this.int64();
      else if (field === 4 && wire === FIXED64) json = pythonFloat(this.reader.double());
      else if (field === 5 && wire === BYTES) json = this.listValue(style, depth);
      else if (field === 6 && wire === BYTES) json = this.mapValue(style, depth);
      else if (field === 7 && wire === BYTES) json = this.bytesValue(style);
      else return false;
      return true;
    });
    return json;
  }

  private listValue(style: BytesStyle, depth: number): string {
    const items: string[] = [];
    this.message((field, wire) => field === 1 && wire === BYTES && items.push(this.anyValue(style, depth + 1)) > 0);
    return jsonList(items);
  }

  private mapValue(style: BytesStyle, depth: number): string {
    const members = new Map<string, string>();
    this.message((field, wire) => field === 1 && wire === BYTES && this.keyValue(members, style, depth + 1));
    return jsonObject(members);
  }

  private bytesValue(style: BytesStyle): string {
    const bytes = this.reader.bytes();
    return JSON.stringify(style === 'repr' ? pythonBytes(bytes) : Buffer.from(bytes).toString('base64'));
  }

  private message(read: FieldReader): void {
    const length = this.reader.uint32();
    this.fields(this.reader.pos + length, read);
  }

  private fields(end: number, read: FieldReader): void {
    if (end > this.reader.len) throw invalidFormat();
    while (this.reader.pos < end) {
      const tag = this.reader.uint32();
      if (!read(tag >>> 3, tag & 7)) this.reader.skipType(tag & 7);
    }
    if (this.reader.pos !== end) throw invalidFormat();
  }

  private hex(): string {
    return Buffer.from(this.reader.bytes()).toString('hex');
  }

  private text(): string {
    const bytes = this.reader.bytes();
    if (!isUtf8(bytes)) throw invalidFormat();
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  }

  private fixed64(): bigint {
    const [low, high] = [this.reader.fixed32(), this.reader.fixed32()];
    return (BigInt(high) << 32n) | BigInt(low);
  }

  private int64(): string {
    return this.reader.int64().toString();
  }
}

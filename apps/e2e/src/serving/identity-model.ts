import protobuf from 'protobufjs';

/** TensorProto.DataType of onnx.proto3. */
export const ONNX_TYPES = { FP32: 1, UINT8: 2, INT8: 3, UINT16: 4, INT16: 5, INT32: 6, INT64: 7, BYTES: 8, BOOL: 9, FP64: 11, UINT32: 12, UINT64: 13 } as const;

export interface IdentityInput {
  readonly name: string;
  readonly type: keyof typeof ONNX_TYPES;
  /** A text is a free dimension. */
  readonly dims: readonly (number | string)[];
}

/** An ONNX file that gives each input back as `<name>_out`: shows how a server carries every type there and back. */
export function encodeIdentityModel(inputs: readonly IdentityInput[]): Uint8Array {
  const graph = message((w) => {
    for (const { name } of inputs) w.uint32(tag(1, 2)).bytes(node('Identity', name, `${name}_out`));
    w.uint32(tag(2, 2)).string('identity');
    for (const input of inputs) w.uint32(tag(11, 2)).bytes(valueInfo(input.name, input));
    for (const input of inputs) w.uint32(tag(12, 2)).bytes(valueInfo(`${input.name}_out`, input));
  });
  const opset = message((w) => w.uint32(tag(2, 0)).int64(17));
  return message((w) => w.uint32(tag(1, 0)).int64(8).uint32(tag(7, 2)).bytes(graph).uint32(tag(8, 2)).bytes(opset));
}

function node(operator: string, input: string, output: string): Uint8Array {
  return message((w) => w.uint32(tag(1, 2)).string(input).uint32(tag(2, 2)).string(output).uint32(tag(4, 2)).string(operator));
}

function valueInfo(name: string, { type, dims }: IdentityInput): Uint8Array {
  const shape = message((w) => {
    for (const size of dims) {
      w.uint32(tag(1, 2)).bytes(message((d) => (typeof size === 'number' ? d.uint32(tag(1, 0)).int64(size) : d.uint32(tag(2, 2)).string(size))));
    }
  });
  const tensor = message((w) => w.uint32(tag(1, 0)).int32(ONNX_TYPES[type]).uint32(tag(2, 2)).bytes(shape));
  const typeProto = message((w) => w.uint32(tag(1, 2)).bytes(tensor));
  return message((w) => w.uint32(tag(1, 2)).string(name).uint32(tag(2, 2)).bytes(typeProto));
}

function message(write: (writer: protobuf.Writer) => void): Uint8Array {
  const writer = protobuf.Writer.create();
  write(writer);
  return writer.finish();
}

/** Protocol buffers' field key: number and wire type. */
function tag(field: number, wireType: 0 | 2): number {
  return (field << 3) | wireType;
}

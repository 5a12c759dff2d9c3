import protobuf from 'protobufjs';

/** A linear classifier: `logits = features · weights + bias`, the class with the largest one wins. */
export interface LinearClassifier {
  /** One row per feature, one column per class. */
  readonly weights: readonly (readonly number[])[];
  /** One value per class. */
  readonly bias: readonly number[];
}

/** TensorProto.DataType of onnx.proto3. */
const FLOAT = 1;
const INT64 = 7;
/** AttributeProto.AttributeType. */
const INT = 2;

/** The opset whose Gemm, Softmax and ArgMax are used, and the file format version that goes with it. */
const OPSET = 17;
const IR_VERSION = 8;

/** The part of onnx.proto3 (field numbers are the standard's) that a dense model needs. */
const schema = protobuf.Root.fromJSON({
  nested: {
    AttributeProto: { fields: { name: { type: 'string', id: 1 }, i: { type: 'int64', id: 3 }, type: { type: 'int32', id: 20 } } },
    NodeProto: {
      fields: {
        input: { rule: 'repeated', type: 'string', id: 1 },
        output: { rule: 'repeated', type: 'string', id: 2 },
        name: { type: 'string', id: 3 },
        opType: { type: 'string', id: 4 },
        attribute: { rule: 'repeated', type: 'AttributeProto', id: 5 },
      },
    },
    TensorProto: {
      fields: {
        dims: { rule: 'repeated', type: 'int64', id: 1 },
        dataType: { type: 'int32', id: 2 },
        name: { type: 'string', id: 8 },
        rawData: { type: 'bytes', id: 9 },
      },
    },
    Dimension: { oneofs: { value: { oneof: ['dimValue', 'dimParam'] } }, fields: { dimValue: { type: 'int64', id: 1 }, dimParam: { type: 'string', id: 2 } } },
    TensorShapeProto: { fields: { dim: { rule: 'repeated', type: 'Dimension', id: 1 } } },
    TensorType: { fields: { elemType: { type: 'int32', id: 1 }, shape: { type: 'TensorShapeProto', id: 2 } } },
    TypeProto: { fields: { tensorType: { type: 'TensorType', id: 1 } } },
    ValueInfoProto: { fields: { name: { type: 'string', id: 1 }, type: { type: 'TypeProto', id: 2 } } },
    GraphProto: {
      fields: {
        node: { rule: 'repeated', type: 'NodeProto', id: 1 },
        name: { type: 'string', id: 2 },
        initializer: { rule: 'repeated', type: 'TensorProto', id: 5 },
        input: { rule: 'repeated', type: 'ValueInfoProto', id: 11 },
        output: { rule: 'repeated', type: 'ValueInfoProto', id: 12 },
      },
    },
    OperatorSetIdProto: { fields: { domain: { type: 'string', id: 1 }, version: { type: 'int64', id: 2 } } },
    ModelProto: {
      fields: {
        irVersion: { type: 'int64', id: 1 },
        producerName: { type: 'string', id: 2 },
        graph: { type: 'GraphProto', id: 7 },
        opsetImport: { rule: 'repeated', type: 'OperatorSetIdProto', id: 8 },
      },
    },
  },
});

/**
 * Writes a classifier as an ONNX file (opset 17): input `features` float [batch, n]; outputs `label` int64 [batch] and
 * `probabilities` float [batch, classes]. Throws RangeError when weights and bias disagree about the classes.
 */
export function encodeLinearClassifier(classifier: LinearClassifier): Uint8Array {
  const features = classifier.weights.length;
  const classes = classifier.bias.length;
  if (features === 0 || classes < 2 || classifier.weights.some((row) => row.length !== classes)) {
    throw new RangeError(`A classifier needs at least one feature, two classes, and ${classes} weights per feature.`);
  }
  const model = schema.lookupType('ModelProto');
  return model
    .encode(
      model.fromObject({
        irVersion: IR_VERSION,
        producerName: 'modelyard',
        opsetImport: [{ domain: '', version: OPSET }],
        graph: {
          name: 'linear-classifier',
          node: [
            { name: 'scores', opType: 'Gemm', input: ['features', 'weights', 'bias'], output: ['logits'] },
            { name: 'choice', opType: 'ArgMax', input: ['logits'], output: ['label'], attribute: [integer('axis', 1), integer('keepdims', 0)] },
            { name: 'softmax', opType: 'Softmax', input: ['logits'], output: ['probabilities'], attribute: [integer('axis', 1)] },
          ],
          initializer: [floats('weights', [features, classes], classifier.weights.flat()), floats('bias', [classes], classifier.bias)],
          input: [tensorOf('features', FLOAT, ['batch', features])],
          output: [tensorOf('label', INT64, ['batch']), tensorOf('probabilities', FLOAT, ['batch', classes])],
        },
      }),
    )
    .finish();
}

function integer(name: string, i: number) {
  return { name, i, type: INT };
}

function floats(name: string, dims: number[], values: readonly number[]) {
  const rawData = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => rawData.writeFloatLE(value, index * 4));
  return { name, dims, dataType: FLOAT, rawData };
}

function tensorOf(name: string, elemType: number, dims: readonly (number | string)[]) {
  const dim = dims.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}

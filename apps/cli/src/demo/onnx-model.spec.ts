import { encodeLinearClassifier } from './onnx-model.js';

describe('encodeLinearClassifier', () => {
  const classifier = { weights: [[1, 2, 3]], bias: [0.5, 0, -0.5] };

  it('writes the same bytes for the same classifier', () => {
    expect(encodeLinearClassifier(classifier)).toEqual(encodeLinearClassifier(classifier));
  });

  it('starts with the format version and holds operators, names and little-endian weights', () => {
    const bytes = Buffer.from(encodeLinearClassifier(classifier));
    expect([...bytes.subarray(0, 2)]).toEqual([0x08, 8]);
    for (const name of ['Gemm', 'ArgMax', 'Softmax', 'features', 'label', 'probabilities']) expect(bytes.includes(name)).toBe(true);
    expect(bytes.includes(Buffer.from(new Float32Array([1, 2, 3]).buffer))).toBe(true);
  });

  it('refuses weights that do not fit the classes', () => {
    expect(() => encodeLinearClassifier({ weights: [[1, 2]], bias: [0, 0, 0] })).toThrow(RangeError);
    expect(() => encodeLinearClassifier({ weights: [], bias: [0, 0] })).toThrow(RangeError);
  });
});

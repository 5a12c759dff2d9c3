import { framePredictions, frameToFeeds } from './frame-tensors.js';
import type { Tensor } from './tensor.js';

const floats = (values: number[], shape: number[]): Tensor => ({ datatype: 'FP32', shape, data: Float32Array.from(values) });

describe('frameToFeeds', () => {
  const frame = { columns: ['a', 'b'], rows: [[1, 2], [3, 4]] };

  it('gives the whole table to a model with one input', () => {
    const feeds = frameToFeeds(frame, [{ name: 'x', datatype: 'FP64', shape: [-1, 2] }]);
    expect(feeds.get('x')).toEqual({ datatype: 'FP64', shape: [2, 2], data: Float64Array.of(1, 2, 3, 4) });
  });

  it('gives each input its column, also as [n, 1]', () => {
    const feeds = frameToFeeds(frame, [{ name: 'b', datatype: 'INT64', shape: [-1] }, { name: 'a', datatype: 'FP32', shape: [-1, 1] }]);
    expect(feeds.get('b')).toEqual({ datatype: 'INT64', shape: [2], data: BigInt64Array.of(2n, 4n) });
    expect(feeds.get('a')?.shape).toEqual([2, 1]);
  });

  it('stacks a column of lists', () => {
    const feeds = frameToFeeds({ columns: ['image'], rows: [[[[1, 2], [3, 4]]]] }, [{ name: 'x', datatype: 'FP32', shape: [-1, 2, 2] }]);
    expect(feeds.get('x')?.shape).toEqual([1, 2, 2]);
  });

  it('names the inputs that have no column', () => {
    expect(() => frameToFeeds(frame, [{ name: 'a', datatype: 'FP32', shape: [-1] }, { name: 'z', datatype: 'FP32', shape: [-1] }])).toThrow("missing inputs ['z']");
  });
});

describe('framePredictions', () => {
  it('flattens a single output to one column, as MLflow does', () => {
    expect(framePredictions(new Map([['p', floats([1, 2, 3, 4], [2, 2])]]), 2)).toEqual([{ p: 1 }, { p: 2 }, { p: 3 }, { p: 4 }]);
  });

  it('keeps a row of each output together when their lengths differ', () => {
    const outputs = new Map([['label', floats([0, 1], [2])], ['p', floats([1, 2, 3, 4], [2, 2])]]);
    expect(framePredictions(outputs, 2)).toEqual([{ label: 0, p: [1, 2] }, { label: 1, p: [3, 4] }]);
  });
});

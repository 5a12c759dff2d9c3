import { redactLine } from './deployment-report.js';

describe('redactLine', () => {
  it.each([
    ['Looking in indexes: https://me:s3cret@host/simple', 'Looking in indexes: https://***@host/simple'],
    ['PASSWORD=hunter2 next', 'PASSWORD=*** next'],
    ['{"api_key": "abc", "x": 1}', '{"api_key": "***", "x": 1}'],
    ['Authorization: Bearer abc.def', 'Authorization: ***'],
    [`token my_${'a'.repeat(16)}_${'b'.repeat(52)}!`, 'token my_***!'],
    ['\u001b[31mred\u001b[0m\u0000', 'red'],
    ['loss 0.25 after 3 steps', 'loss 0.25 after 3 steps'],
  ])('%j', (line, shown) => expect(redactLine(line)).toBe(shown));

  it('cuts long lines', () => expect(redactLine('x'.repeat(10_000))).toHaveLength(4_000));
});

import { dumpPython, loadPython, pythonBytes, pythonFloat } from './python-json.js';

describe('pythonFloat', () => {
  // repr() of Python 3.11.
  it.each([
    [1, '1.0'], [0, '0.0'], [-0, '-0.0'], [0.5, '0.5'], [1e15, '1000000000000000.0'], [1e16, '1e+16'], [1.5e22, '1.5e+22'], [1e-4, '0.0001'], [1.5e-7, '1.5e-07'], [1e-100, '1e-100'],
    [NaN, 'NaN'], [Infinity, 'Infinity'], [-Infinity, '-Infinity'], [-2.5, '-2.5'], [1.7976931348623157e308, '1.7976931348623157e+308'],
  ])('writes %d as %s', (value, text) => expect(pythonFloat(value)).toBe(text));
});

describe('pythonBytes', () => {
  it.each([[[0, 255, 97], "b'\\x00\\xffa'"], [[10, 13, 9, 92], "b'\\n\\r\\t\\\\'"], [[39], 'b"\'"'], [[39, 34], "b'\\'\"'"]])('writes %j as %s', (bytes, text) => expect(pythonBytes(Uint8Array.from(bytes))).toBe(text));
});

describe('JSON as Python writes it', () => {
  it.each([
    ['{"a":[1,2.0,1e3],"b":{"c":null,"d":true}}', '{"a": [1, 2.0, 1000.0], "b": {"c": null, "d": true}}'],
    ['1152921504606846977', '1152921504606846977'],
    ['"ü\\u0000\\n"', '"ü\\u0000\\n"'],
    ['NaN', 'NaN'],
    ['[]', '[]'],
  ])('turns %s into %s', (json, text) => expect(dumpPython(loadPython(json))).toBe(text));

  it('escapes everything beyond ASCII when asked to', () => {
    expect(dumpPython({ 'ü': '😀\u007f' }, true)).toBe('{"\\u00fc": "\\ud83d\\ude00\\u007f"}');
  });

  it('keeps a key named __proto__ an ordinary key', () => {
    expect(dumpPython(loadPython('{"__proto__": 1}'))).toBe('{"__proto__": 1}');
  });
});

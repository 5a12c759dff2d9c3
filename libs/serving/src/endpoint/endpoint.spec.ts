import { checkEndpointName, endpointNameOf } from './endpoint.js';

describe('endpointNameOf', () => {
  it.each([['iris', 'iris'], ['Iris Classifier v2', 'iris-classifier-v2'], ['--x__y..', 'x-y'], ['模型', 'model'], ['a'.repeat(62) + '-b', 'a'.repeat(62)]])('makes %s safe for URLs: %s', (model, name) => {
    expect(endpointNameOf(model)).toBe(name);
    expect(() => checkEndpointName(name)).not.toThrow();
  });
});

describe('checkEndpointName', () => {
  it.each(['', '-a', 'a-', 'A', 'a/b', 'a.b', '../x', 'a'.repeat(64)])('refuses %j', (name) => {
    expect(() => checkEndpointName(name)).toThrow('cannot be the name of an endpoint');
  });
});

import { readSignature } from './signature.js';

it('reads columns and tensors', () => {
  expect(readSignature('[{"type":"double","name":"x","required":false},{"type":"tensor","tensor-spec":{"dtype":"float32","shape":[-1,3]}}]')).toEqual([
    { name: 'x', type: 'double', required: false },
    { name: '#2', type: 'tensor float32 [any, 3]', required: true },
  ]);
});

it('says null for anything else', () => {
  expect(readSignature('{"a":1}')).toBeNull();
  expect(readSignature('nope')).toBeNull();
});

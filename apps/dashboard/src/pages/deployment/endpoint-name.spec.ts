import { endpointNameFault, endpointNameOf } from './endpoint-name.js';

it.each([
  ['iris', 'iris'],
  ['House Prices_v2', 'house-prices-v2'],
  ['---', 'model'],
  ['A'.repeat(80), 'a'.repeat(63)],
])('%s becomes %s', (model, endpoint) => {
  expect(endpointNameOf(model)).toBe(endpoint);
  expect(endpointNameFault(endpoint)).toBeNull();
});

it('refuses what no host name may be', () => {
  expect(endpointNameFault('-a')).not.toBeNull();
  expect(endpointNameFault('')).not.toBeNull();
});

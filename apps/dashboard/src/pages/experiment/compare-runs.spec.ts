import { compareRuns } from './compare-runs.js';

it('says which keys differ, a missing one included', () => {
  const { params, metrics } = compareRuns([
    { params: [{ key: 'lr', value: '1' }, { key: 'seed', value: '4' }], metrics: [{ key: 'acc', value: 0.5, valueText: '0.5' }] },
    { params: [{ key: 'lr', value: '2' }, { key: 'seed', value: '4' }, { key: 'extra', value: 'x' }], metrics: [{ key: 'acc', value: null, valueText: 'NaN' }] },
  ]);
  expect(params).toEqual([
    { key: 'extra', values: [null, 'x'], differs: true },
    { key: 'lr', values: ['1', '2'], differs: true },
    { key: 'seed', values: ['4', '4'], differs: false },
  ]);
  expect(metrics).toEqual([{ key: 'acc', values: ['0.5', 'NaN'], differs: true }]);
});

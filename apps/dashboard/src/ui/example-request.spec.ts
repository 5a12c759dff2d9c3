import { exampleRequest } from './example-request.js';

it.each([
  ['columns', '[{"type":"double","name":"sepal length (cm)","required":true},{"type":"string","name":"place"}]', { dataframe_split: { columns: ['sepal length (cm)', 'place'], data: [[1.5, 'text']] } }],
  ['columns without names', '[{"type":"long"},{"type":"boolean"}]', { dataframe_split: { data: [[1, true]] } }],
  ['one tensor', '[{"type":"tensor","tensor-spec":{"dtype":"float32","shape":[-1,3]}}]', { inputs: [[1, 1, 1]] }],
  ['tensors with names', '[{"type":"tensor","name":"a","tensor-spec":{"dtype":"int64","shape":[-1]}},{"type":"tensor","name":"b","tensor-spec":{"dtype":"bool","shape":[-1,2]}}]', { inputs: { a: [1], b: [[true, true]] } }],
])('fits %s', (_name, signature, body) => {
  expect(JSON.parse(exampleRequest(signature) ?? '')).toEqual(body);
});

it.each([null, '', 'nope', '{}', '[]', '[1]', '[{"type":"array","items":{"type":"long"},"name":"x"}]', '[{"type":"tensor","tensor-spec":{"dtype":"float32","shape":[-1,1000,1000]}}]', '[{"type":"tensor","tensor-spec":{"dtype":"float32","shape":"x"}}]'])('says null to %s', (signature) => {
  expect(exampleRequest(signature)).toBeNull();
});

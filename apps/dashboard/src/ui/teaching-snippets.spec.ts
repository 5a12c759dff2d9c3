import { curlSnippet, logRunSnippet, searchRunsSnippet } from './teaching-snippets.js';

it('names cannot break out of the Python string', () => {
  expect(logRunSnippet('http://h/orgs/a', 'it"s\n')).toContain('mlflow.set_experiment("it\\"s\\n")');
  expect(searchRunsSnippet('http://h', '1', "params.a = 'x'")).toContain(`filter_string="params.a = 'x'"`);
});

it('a body cannot break out of the shell string', () => {
  expect(curlSnippet('http://h/e', `{"a":"it's"}`, false)).toBe(`curl -X POST 'http://h/e' \\\n  -H 'Content-Type: application/json' \\\n  -d '{"a":"it'\\''s"}'`);
});

it('the token comes from the environment', () => {
  expect(curlSnippet('http://h', '{}', true)).toContain('"Authorization: Bearer $MODELYARD_TOKEN"');
});

import { previewOf } from './preview.js';

describe('previewOf', () => {
  it.each([
    ['plain JSON', '{"q": "hello"}', 'user', '{"q": "hello"}'],
    ['the last message of the role', '{"messages": [{"role": "user", "content": "a"}, {"role": "user", "content": "b"}, {"role": "system", "content": "c"}]}', 'user', 'b'],
    ['the last message when none has the role', '{"messages": [{"role": "system", "content": "c"}]}', 'user', 'c'],
    ['a choice', '{"choices": [{"message": {"role": "assistant", "content": "hi"}}]}', 'assistant', 'hi'],
    ['parts', '{"output": [{"role": "assistant", "content": [{"type": "image"}, {"type": "output_text", "text": "see"}]}]}', 'assistant', 'see'],
    ['a request in a request', '{"request": {"input": [{"role": "user", "content": "in"}]}}', 'user', 'in'],
    ['no JSON', 'just text', 'user', 'just text'],
    ['a message without text', '{"messages": [{"role": "user", "content": null}]}', 'user', '{"messages": [{"role": "user", "content": null}]}'],
  ] as const)('shows %s', (_title, json, role, text) => expect(previewOf(json, role)).toBe(text));

  it('cuts at 1000 characters, never inside one', () => {
    expect(previewOf('😀'.repeat(1001), 'user')).toBe(`${'😀'.repeat(997)}...`);
    expect(previewOf('😀'.repeat(1000), 'user')).toBe('😀'.repeat(1000));
  });
});

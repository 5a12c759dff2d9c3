import { testSpan } from '../testing.js';
import type { SpanEvent } from './span.js';
import { storedSpan } from './stored-span.js';

const event = (name: string, attributes: Readonly<Record<string, string>>): SpanEvent => ({ name, time: 5n, attributes: new Map(Object.entries(attributes)) });

/** What MLflow 3.17 notes on such spans: type, inputs, outputs, token usage, format of messages. */
describe('conventions of agents', () => {
  it.each<[string, Record<string, string>, SpanEvent[], (string | undefined)[]]>([
    ['Gemini CLI', { 'gen_ai.agent.name': '"gemini-cli"', 'gen_ai.operation.name': '"llm_call"', 'gen_ai.input.messages': '"[{\\"role\\":\\"user\\",\\"parts\\":[{\\"text\\":\\"ü\\"}]}]"', 'gen_ai.output.messages': '"[{\\"role\\":\\"model\\",\\"parts\\":[1]}]"' }, [], [
      '"LLM"', '{"contents": [{"role": "user", "parts": [{"text": "\\u00fc"}]}]}', '{"candidates": [{"content": {"role": "model", "parts": [1]}}]}', undefined, '"gemini"',
    ]],
    ['a plain prompt of Gemini CLI', { 'gen_ai.agent.name': '"gemini-cli"', 'gen_ai.operation.name': '"tool_call"', 'gen_ai.input.messages': '"plain"' }, [], ['"TOOL"', '{"contents": "plain"}', undefined, undefined, '"gemini"']],
    ['a request of Claude Code', { 'span.type': '"claude_code.llm_request"', input_tokens: '5', output_tokens: '6', cache_read_tokens: '7', new_context: '"ctx"', 'response.model_output': '"out"' }, [], [
      '"LLM"', '"ctx"', '"out"', '{"input_tokens": 12, "output_tokens": 6, "total_tokens": 18, "cache_read_input_tokens": 7}', undefined,
    ]],
    ['a tool of Claude Code', { 'span.type': '"tool"', full_command: '"ls"', new_context: '"<REDACTED>"' }, [event('tool.output', { output: '"<REDACTED>"' }), event('tool.output', { content: '"{\\"a\\":1}"' })], ['"TOOL"', '{"full_command": "ls"}', '{"a": 1}', undefined, undefined]],
    ['an interaction of Claude Code', { 'span.type': '"interaction"', user_prompt: '"<REDACTED>"', new_context: '"hello"' }, [], ['"AGENT"', '"hello"', undefined, undefined, undefined]],
    ['Spring AI', { 'gen_ai.operation.name': '"chat"' }, [event('gen_ai.content.prompt', { 'gen_ai.prompt': '"p?"' }), event('gen_ai.content.completion', { 'gen_ai.completion': '"c!"' })], ['"CHAT_MODEL"', 'p?', 'c!', undefined, undefined]],
    ['messages as events', { 'gen_ai.operation.name': '"chat"' }, [event('gen_ai.user.message', { content: '"hi"' }), event('gen_ai.choice', { content: '"yo"', role: '"bot"' })], ['"CHAT_MODEL"', '[{"role": "user", "content": "hi"}]', '[{"role": "bot", "content": "yo"}]', undefined, undefined]],
    ['LiveKit', { 'lk.agent_name': '"a"', 'lk.user_input': '"in"', 'lk.response.text': '"o"' }, [], ['"AGENT"', '"in"', '"o"', undefined, '"livekit"']],
  ])('%s', (_title, attributes, events, expected) => {
    const { attributes: noted } = storedSpan(testSpan({ attributes, events }));
    expect(['mlflow.spanType', 'mlflow.spanInputs', 'mlflow.spanOutputs', 'mlflow.chat.tokenUsage', 'mlflow.message.format'].map((key) => noted.get(key))).toEqual(expected);
  });
});

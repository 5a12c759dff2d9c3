import { dumpPython, tryLoadPython, type PythonValue } from './python-json.js';
import type { Convention, Translated } from './semantic-conventions.js';
import type { Attributes, SpanEvent } from './span.js';

/** Conventions that need more than a table of names (mlflow.tracing.otel.translation: gemini_cli, claude_code, spring_ai, livekit). */

const GEMINI_AGENT = 'gemini-cli';
const GEMINI_TYPES: Readonly<Record<string, string>> = { llm_call: 'LLM', tool_call: 'TOOL', agent_call: 'AGENT' };

/** Messages are wrapped as Gemini's own SDK has them, which is what the UI renders. */
export const GEMINI_CLI: Convention = {
  translate(attributes) {
    if (read(attributes, 'gen_ai.agent.name') !== GEMINI_AGENT) return undefined;
    const operation = text(read(attributes, 'gen_ai.operation.name'));
    const [inputs, outputs] = [filled(attributes, ['gen_ai.input.messages', 'gen_ai.tool.call.arguments']), filled(attributes, ['gen_ai.output.messages', 'gen_ai.tool.call.result'])];
    return {
      type: Object.hasOwn(GEMINI_TYPES, operation) ? GEMINI_TYPES[operation] : undefined,
      format: 'gemini',
      inputs: inputs === undefined ? undefined : geminiInput(inputs),
      outputs: outputs === undefined ? undefined : geminiOutput(outputs),
    };
  },
};

const CLAUDE_TYPES: Readonly<Record<string, string>> = { interaction: 'AGENT', llm_request: 'LLM', tool: 'TOOL' };
const REDACTED = '<REDACTED>';
const TOOL_DETAILS = ['full_command', 'file_path', 'skill_name', 'subagent_type'];

export const CLAUDE_CODE: Convention = {
  translate(attributes) {
    const kind = claudeKind(attributes);
    if (kind === undefined) return undefined;
    const type = CLAUDE_TYPES[kind];
    switch (kind) {
      case 'interaction':
        return { type, inputs: shown(attributes, 'user_prompt') ?? shown(attributes, 'new_context') };
      case 'llm_request':
        return { type, inputs: shown(attributes, 'new_context'), outputs: shown(attributes, 'response.model_output'), tokens: claudeTokens(attributes) };
      default:
        return { type, inputs: shown(attributes, 'tool_input') ?? toolDetails(attributes), outputs: shown(attributes, 'new_context') };
    }
  },
  fromEvents(events, attributes) {
    if (claudeKind(attributes) !== 'tool') return {};
    const values = events.filter(({ name }) => name === 'tool.output').flatMap((event) => ['output', 'content', 'diff'].map((key) => read(event.attributes, key)));
    const value = values.map((item) => (typeof item === 'string' ? (tryLoadPython(item) ?? item) : item)).find((item) => item !== undefined && item !== null && item !== '' && item !== false && item !== REDACTED);
    return { outputs: value === undefined ? undefined : dumpPython(value) };
  },
};

export const SPRING_AI: Convention = {
  fromEvents: (events) => ({ inputs: eventText(events, 'gen_ai.content.prompt', 'gen_ai.prompt'), outputs: eventText(events, 'gen_ai.content.completion', 'gen_ai.completion') }),
};

export const LIVEKIT: Convention = {
  inputs: ['lk.user_input', 'lk.user_transcript', 'lk.chat_ctx', 'lk.input_text'],
  outputs: ['lk.response.text', 'lk.response.function_calls'],
  translate(attributes) {
    const keys = [...attributes.keys()];
    return { type: attributes.has('gen_ai.request.model') ? 'LLM' : keys.map(livekitType).find((type) => type !== undefined), format: keys.some((key) => key.startsWith('lk.')) ? 'livekit' : undefined };
  },
  fromEvents: (events) => ({ inputs: messages(events, { 'gen_ai.system.message': 'system', 'gen_ai.user.message': 'user', 'gen_ai.assistant.message': 'assistant' }), outputs: messages(events, { 'gen_ai.choice': 'assistant' }) }),
};

function geminiInput(json: string): string {
  const value = tryLoadPython(json) ?? json;
  return Array.isArray(value) || typeof value === 'string' ? dumpPython({ contents: value }, true) : json;
}

function geminiOutput(json: string): string {
  const value = tryLoadPython(json);
  const parts = Array.isArray(value) ? value.flatMap((item: PythonValue) => listIn(item, 'parts')) : [];
  return parts.length === 0 ? json : dumpPython({ candidates: [{ content: { role: 'model', parts } }] }, true);
}

function claudeKind(attributes: Attributes): string | undefined {
  const kind = text(read(attributes, 'span.type')).replace(/^claude_code\./, '');
  return Object.hasOwn(CLAUDE_TYPES, kind) ? kind : undefined;
}

/** Claude counts what it had in its cache apart; MLflow counts it as input. */
function claudeTokens(attributes: Attributes): Translated['tokens'] {
  const [input, output, cacheRead, cacheCreation] = ['input_tokens', 'output_tokens', 'cache_read_tokens', 'cache_creation_tokens'].map((key) => {
    const digits = /^"?(-?\d{1,18})"?$/.exec(attributes.get(key) ?? '')?.[1];
    return digits === undefined ? undefined : BigInt(digits);
  });
  return { input: input === undefined ? undefined : input + (cacheRead ?? 0n) + (cacheCreation ?? 0n), output, cacheRead, cacheCreation };
}

function toolDetails(attributes: Attributes): string | undefined {
  const details = TOOL_DETAILS.flatMap((key) => {
    const json = shown(attributes, key);
    return json === undefined ? [] : [[key, tryLoadPython(json) ?? json] as const];
  });
  return details.length === 0 ? undefined : dumpPython(Object.fromEntries(details), true);
}

function livekitType(key: string): string | undefined {
  if (key === 'lk.retry_count') return 'LLM';
  if (key.startsWith('lk.function_tool')) return 'TOOL';
  if (key === 'lk.agent_name' || key === 'lk.instructions' || key === 'lk.generation_id') return 'AGENT';
  return key.startsWith('lk.tts') || ['lk.input_text', 'lk.user_transcript', 'lk.transcript_confidence', 'lk.transcription_delay'].includes(key) ? 'UNKNOWN' : undefined;
}

function eventText(events: readonly SpanEvent[], name: string, key: string): string | undefined {
  const value = events.filter((event) => event.name === name).map((event) => read(event.attributes, key)).find((item) => item !== undefined && item !== '' && item !== null);
  return value === undefined ? undefined : typeof value === 'string' ? value : dumpPython(value);
}

function messages(events: readonly SpanEvent[], roles: Readonly<Record<string, string>>): string | undefined {
  const list = events.flatMap(({ name, attributes }) => {
    const content = read(attributes, 'content');
    if (!Object.hasOwn(roles, name) || !content) return [];
    return [{ role: read(attributes, 'role') && name === 'gen_ai.choice' ? text(read(attributes, 'role')) : (roles[name] ?? ''), content: typeof content === 'string' ? (tryLoadPython(content) ?? content) : content }];
  });
  return list.length === 0 ? undefined : dumpPython(list, true);
}

function shown(attributes: Attributes, key: string): string | undefined {
  const json = filled(attributes, [key]);
  return json === undefined || read(attributes, key) === REDACTED ? undefined : json;
}

function filled(attributes: Attributes, keys: readonly string[]): string | undefined {
  return keys.map((key) => attributes.get(key)).find((json) => json !== undefined && !/^(?:""|null|false|-?0(?:\.0)?|\[\s*\]|\{\s*\})$/.test(json));
}

function read(attributes: Attributes, key: string): PythonValue | undefined {
  const json = attributes.get(key);
  return json === undefined ? undefined : (tryLoadPython(json) ?? json);
}

function text(value: PythonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function listIn(value: PythonValue, key: string): readonly PythonValue[] {
  const list = typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, PythonValue>>)[key] : undefined;
  return Array.isArray(list) ? (list as readonly PythonValue[]) : [];
}

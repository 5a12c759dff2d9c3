const MAX_LENGTH = 1000;

type Message = { readonly role: unknown; readonly content: unknown };

/**
 * The text that lists show for inputs (`role` user) or outputs (assistant): the last message of that role where the JSON
 * is a chat in one of the formats MLflow knows, else the JSON itself; at most 1000 characters
 * (mlflow.tracing.utils.truncation._get_truncated_preview).
 */
export function previewOf(json: string, role: 'user' | 'assistant'): string {
  const messages = messagesIn(parsed(json));
  const message = messages?.findLast((item) => item.role === role) ?? messages?.at(-1);
  const text = (message === undefined ? '' : textOf(message)) || json;
  const points = text.length <= MAX_LENGTH ? null : [...text];
  return points === null || points.length <= MAX_LENGTH ? text : `${points.slice(0, MAX_LENGTH - 3).join('')}...`;
}

function parsed(json: string): unknown {
  if (!/^\s*\{/.test(json)) return null;
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return null;
  }
}

function messagesIn(value: unknown): Message[] | null {
  for (let at = value; isRecord(at); at = at['request']) {
    const { messages, choices, input, output } = at;
    if (Array.isArray(messages) && messages.length > 0) return messages.filter(isMessage);
    const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
    if (isRecord(choice) && isMessage(choice['message'])) return [choice['message']];
    if (Array.isArray(input) && input.length > 0) return input.filter(isMessage);
    if (Array.isArray(output) && output.length > 0) return output.filter(isMessage);
  }
  return null;
}

function textOf({ content }: Message): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  for (const part of content as unknown[]) {
    if (typeof part === 'string') return part;
    if (isRecord(part) && (part['type'] === 'text' || part['type'] === 'output_text')) return typeof part['text'] === 'string' ? part['text'] : '';
  }
  return '';
}

function isMessage(value: unknown): value is Message {
  return isRecord(value) && 'role' in value && 'content' in value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

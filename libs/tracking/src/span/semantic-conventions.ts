import { CLAUDE_CODE, GEMINI_CLI, LIVEKIT, SPRING_AI } from './agent-conventions.js';
import type { Attributes, SpanEvent } from './span.js';

/** What a convention with code of its own makes of a span; inputs and outputs are JSON. */
export interface Translated {
  readonly type?: string;
  readonly format?: string;
  readonly inputs?: string;
  readonly outputs?: string;
  readonly tokens?: { readonly input?: bigint; readonly output?: bigint; readonly cacheRead?: bigint; readonly cacheCreation?: bigint };
}

/** What a semantic convention calls the things MLflow knows: names of attributes, the first that is there counts. A RegExp matches any of a series. */
export interface Convention {
  readonly kinds?: readonly string[];
  /** From the values of `kinds` to MLflow's span types. */
  readonly types?: Readonly<Record<string, string>>;
  readonly inputTokens?: readonly string[];
  readonly outputTokens?: readonly string[];
  readonly totalTokens?: readonly string[];
  readonly cacheRead?: readonly string[];
  readonly cacheCreation?: readonly string[];
  readonly inputs?: readonly (string | RegExp)[];
  readonly outputs?: readonly (string | RegExp)[];
  readonly models?: readonly string[];
  readonly provider?: readonly string[];
  readonly tools?: readonly string[];
  /** The format of messages that the UI renders, for spans with one of these attributes. */
  readonly format?: { readonly name: string; readonly when: readonly string[] };
  readonly translate?: (attributes: Attributes) => Translated | undefined;
  readonly fromEvents?: (events: readonly SpanEvent[], attributes: Attributes) => { readonly inputs?: string; readonly outputs?: string };
  /** Spans of these kinds have one attribute for each part of inputs and outputs. */
  readonly unpacked?: { readonly kinds: readonly string[]; readonly inputs: string; readonly outputs: string; readonly format: string };
}

const OPEN_INFERENCE: Convention = {
  kinds: ['openinference.span.kind'],
  types: {
    TOOL: 'TOOL', CHAIN: 'CHAIN', LLM: 'LLM', RETRIEVER: 'RETRIEVER', EMBEDDING: 'EMBEDDING', AGENT: 'AGENT', RERANKER: 'RERANKER', UNKNOWN: 'UNKNOWN', GUARDRAIL: 'GUARDRAIL', EVALUATOR: 'EVALUATOR',
  },
  inputTokens: ['llm.token_count.prompt'],
  outputTokens: ['llm.token_count.completion'],
  totalTokens: ['llm.token_count.total'],
  cacheRead: ['llm.token_count.prompt_details.cache_read'],
  cacheCreation: ['llm.token_count.prompt_details.cache_write'],
  inputs: ['input.value'],
  outputs: ['output.value'],
  models: ['llm.response.model_name', 'llm.model_name', 'llm.request.model_name', 'embedding.model_name'],
  provider: ['llm.provider'],
};

const GEN_AI: Convention = {
  kinds: ['gen_ai.operation.name'],
  types: {
    chat: 'CHAT_MODEL', create_agent: 'AGENT', embeddings: 'EMBEDDING', execute_tool: 'TOOL', generate_content: 'LLM', invoke_agent: 'AGENT', text_completion: 'LLM', response: 'LLM',
  },
  inputTokens: ['gen_ai.usage.input_tokens'],
  outputTokens: ['gen_ai.usage.output_tokens'],
  cacheRead: ['gen_ai.usage.cache_read.input_tokens'],
  cacheCreation: ['gen_ai.usage.cache_write.input_tokens', 'gen_ai.usage.cache_creation.input_tokens'],
  inputs: ['gen_ai.input.messages', 'gen_ai.tool.call.arguments'],
  outputs: ['gen_ai.output.messages', 'gen_ai.tool.call.result'],
  models: ['gen_ai.response.model', 'gen_ai.request.model'],
  provider: ['gen_ai.provider.name'],
  tools: ['gen_ai.tool.definitions'],
};

const TRACELOOP: Convention = {
  kinds: ['traceloop.span.kind'],
  types: { workflow: 'WORKFLOW', task: 'TASK', agent: 'AGENT', tool: 'TOOL', unknown: 'UNKNOWN' },
  inputTokens: ['gen_ai.usage.prompt_tokens'],
  outputTokens: ['gen_ai.usage.completion_tokens'],
  totalTokens: ['llm.usage.total_tokens'],
  inputs: ['traceloop.entity.input', /^gen_ai\.prompt\.\d+\.content/, /^gen_ai\.completion\.\d+\.tool_calls\.\d+\.arguments/],
  outputs: ['traceloop.entity.output', /^gen_ai\.completion\.\d+\.content/],
  provider: ['gen_ai.system'],
};

const GOOGLE_ADK: Convention = {
  inputs: ['gcp.vertex.agent.llm_request', 'gcp.vertex.agent.tool_call_args'],
  outputs: ['gcp.vertex.agent.llm_response', 'gcp.vertex.agent.tool_response'],
};

const VERCEL_AI: Convention = {
  kinds: ['ai.operationId'],
  types: {
    'ai.generateText': 'LLM', 'ai.generateText.doGenerate': 'LLM', 'ai.toolCall': 'TOOL', 'ai.streamText': 'LLM', 'ai.streamText.doStream': 'LLM', 'ai.generateObject': 'LLM', 'ai.generateObject.doGenerate': 'LLM',
    'ai.streamObject': 'LLM', 'ai.streamObject.doStream': 'LLM', 'ai.embed': 'EMBEDDING', 'ai.embed.doEmbed': 'EMBEDDING', 'ai.embedMany': 'EMBEDDING',
  },
  inputs: ['ai.prompt', 'ai.toolCall.args', 'ai.value', 'ai.values'],
  outputs: ['ai.response.text', 'ai.toolCall.result', 'ai.response.object', 'ai.embedding', 'ai.embeddings'],
  unpacked: { kinds: ['ai.generateText.doGenerate', 'ai.streamText.doStream'], inputs: 'ai.prompt.', outputs: 'ai.response.', format: 'vercel_ai' },
};

const VOLT_AGENT: Convention = {
  // Below an agent `entity.type` is that of the agent: what the span itself is comes first.
  kinds: ['span.type', 'entity.type'],
  types: { agent: 'AGENT', llm: 'LLM', tool: 'TOOL', memory: 'MEMORY' },
  inputTokens: ['usage.prompt_tokens', 'llm.usage.prompt_tokens'],
  outputTokens: ['usage.completion_tokens', 'llm.usage.completion_tokens'],
  totalTokens: ['usage.total_tokens', 'llm.usage.total_tokens'],
  inputs: ['agent.messages', 'llm.messages', 'input'],
  outputs: ['output'],
  format: { name: 'voltagent', when: ['voltagent.operation_id', 'voltagent.conversation_id'] },
};

const LAMINAR: Convention = {
  kinds: ['lmnr.span.type'],
  types: { LLM: 'LLM', TOOL: 'TOOL', DEFAULT: 'CHAIN', PIPELINE: 'CHAIN', EXECUTOR: 'AGENT', EVALUATOR: 'EVALUATOR', HUMAN_EVALUATOR: 'EVALUATOR', EVALUATION: 'EVALUATOR', CACHED: 'LLM' },
  inputs: ['lmnr.span.input'],
  outputs: ['lmnr.span.output'],
  provider: ['gen_ai.system'],
  format: { name: 'openai', when: ['lmnr.span.type'] },
};

const LANGFUSE: Convention = {
  kinds: ['langfuse.observation.type'],
  types: { generation: 'LLM', embedding: 'EMBEDDING', tool: 'TOOL', retriever: 'RETRIEVER', agent: 'AGENT', chain: 'CHAIN', evaluator: 'EVALUATOR', guardrail: 'GUARDRAIL', span: 'UNKNOWN' },
  inputs: ['langfuse.observation.input'],
  outputs: ['langfuse.observation.output'],
};

/** In the order in which MLflow asks them (mlflow.tracing.otel.translation). */
export const CONVENTIONS: readonly Convention[] = [OPEN_INFERENCE, GEMINI_CLI, CLAUDE_CODE, GEN_AI, SPRING_AI, TRACELOOP, GOOGLE_ADK, VERCEL_AI, VOLT_AGENT, LIVEKIT, LAMINAR, LANGFUSE];
/** In the order in which MLflow asks those that put messages into events. */
export const EVENT_CONVENTIONS: readonly Convention[] = [SPRING_AI, LIVEKIT, CLAUDE_CODE];

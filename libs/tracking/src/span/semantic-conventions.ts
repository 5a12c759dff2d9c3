/** What a semantic convention calls the things MLflow knows: names of attributes. A RegExp matches any of a series. */
export interface Convention {
  readonly kind: string;
  /** From the values of `kind` to MLflow's span types. */
  readonly types: Readonly<Record<string, string>>;
  readonly inputTokens?: string;
  readonly outputTokens?: string;
  readonly totalTokens?: string;
  readonly cacheRead?: string;
  /** The first that is there counts. */
  readonly cacheCreation?: readonly string[];
  readonly inputs: readonly (string | RegExp)[];
  readonly outputs: readonly (string | RegExp)[];
  readonly models: readonly string[];
  readonly provider?: string;
  readonly tools?: readonly string[];
}

const OPEN_INFERENCE: Convention = {
  kind: 'openinference.span.kind',
  types: {
    TOOL: 'TOOL', CHAIN: 'CHAIN', LLM: 'LLM', RETRIEVER: 'RETRIEVER', EMBEDDING: 'EMBEDDING', AGENT: 'AGENT', RERANKER: 'RERANKER', UNKNOWN: 'UNKNOWN', GUARDRAIL: 'GUARDRAIL', EVALUATOR: 'EVALUATOR',
  },
  inputTokens: 'llm.token_count.prompt',
  outputTokens: 'llm.token_count.completion',
  totalTokens: 'llm.token_count.total',
  cacheRead: 'llm.token_count.prompt_details.cache_read',
  cacheCreation: ['llm.token_count.prompt_details.cache_write'],
  inputs: ['input.value'],
  outputs: ['output.value'],
  models: ['llm.response.model_name', 'llm.model_name', 'llm.request.model_name', 'embedding.model_name'],
  provider: 'llm.provider',
};

const GEN_AI: Convention = {
  kind: 'gen_ai.operation.name',
  types: {
    chat: 'CHAT_MODEL', create_agent: 'AGENT', embeddings: 'EMBEDDING', execute_tool: 'TOOL', generate_content: 'LLM', invoke_agent: 'AGENT', text_completion: 'LLM', response: 'LLM',
  },
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cacheRead: 'gen_ai.usage.cache_read.input_tokens',
  cacheCreation: ['gen_ai.usage.cache_write.input_tokens', 'gen_ai.usage.cache_creation.input_tokens'],
  inputs: ['gen_ai.input.messages', 'gen_ai.tool.call.arguments'],
  outputs: ['gen_ai.output.messages', 'gen_ai.tool.call.result'],
  models: ['gen_ai.response.model', 'gen_ai.request.model'],
  provider: 'gen_ai.provider.name',
  tools: ['gen_ai.tool.definitions'],
};

const TRACELOOP: Convention = {
  kind: 'traceloop.span.kind',
  types: { workflow: 'WORKFLOW', task: 'TASK', agent: 'AGENT', tool: 'TOOL', unknown: 'UNKNOWN' },
  inputTokens: 'gen_ai.usage.prompt_tokens',
  outputTokens: 'gen_ai.usage.completion_tokens',
  totalTokens: 'llm.usage.total_tokens',
  inputs: ['traceloop.entity.input', /^gen_ai\.prompt\.\d+\.content/, /^gen_ai\.completion\.\d+\.tool_calls\.\d+\.arguments/],
  outputs: ['traceloop.entity.output', /^gen_ai\.completion\.\d+\.content/],
  models: [],
  provider: 'gen_ai.system',
};

/** In the order in which MLflow asks them (mlflow.tracing.otel.translation). */
export const CONVENTIONS: readonly Convention[] = [OPEN_INFERENCE, GEN_AI, TRACELOOP];

import { GraphQLError, Kind, type ASTVisitor, type FragmentDefinitionNode, type SelectionSetNode, type ValidationContext, type ValidationRule } from 'graphql';

// Defaults in the range of GraphQL Armor's; MLflow itself was taken down through /graphql by repeated selections
// (CVE-2025-0453). Cost multiplies by `first`.
export const MAX_TOKENS = 2_000;
const MAX_DEPTH = 14;
const MAX_ALIASES = 30;
const MAX_ROOT_FIELDS = 20;
const MAX_COST = 200_000;
const MAX_FIRST_DEFAULT = 50;

/** Limits that hold before a query runs. */
export function limitRules(): ValidationRule[] {
  return [limits];
}

function limits(context: ValidationContext): ASTVisitor {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of context.getDocument().definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  return {
    OperationDefinition(operation) {
      const measure = measureSelection(operation.selectionSet, fragments, { depth: 1, visited: 0, inside: [] });
      const refuse = (what: string, limit: number) => context.reportError(new GraphQLError(`The query has too many ${what} (limit ${limit}). Split it.`, { nodes: operation }));
      if (measure.introspective) return;
      if (measure.depth > MAX_DEPTH) refuse('levels', MAX_DEPTH);
      if (measure.aliases > MAX_ALIASES) refuse('aliases', MAX_ALIASES);
      if (operation.selectionSet.selections.length > MAX_ROOT_FIELDS) refuse('fields at the root', MAX_ROOT_FIELDS);
      if (measure.cost > MAX_COST) refuse('objects: lower `first`', MAX_COST);
    },
  };
}

interface Measure {
  depth: number;
  aliases: number;
  cost: number;
  introspective: boolean;
}

function measureSelection(set: SelectionSetNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>, at: { depth: number; visited: number; inside: readonly string[] }): Measure {
  const total: Measure = { depth: at.depth, aliases: 0, cost: 0, introspective: at.depth === 1 };
  const add = (part: Measure, factor: number) => {
    total.depth = Math.max(total.depth, part.depth);
    total.aliases += part.aliases;
    total.cost += part.cost * factor;
  };
  // The walk itself is bounded: past the limits nothing more is counted.
  if (at.depth > MAX_DEPTH + 1) return total;
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) {
      if (!selection.name.value.startsWith('__')) total.introspective = false;
      if (selection.alias !== undefined) total.aliases += 1;
      total.cost += 1;
      if (selection.selectionSet !== undefined) add(measureSelection(selection.selectionSet, fragments, { ...at, depth: at.depth + 1 }), pageSize(selection));
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      total.introspective = false;
      add(measureSelection(selection.selectionSet, fragments, at), 1);
    } else {
      total.introspective = false;
      const name = selection.name.value;
      const fragment = fragments.get(name);
      // A cycle is the validator's to report; here it must only not loop.
      if (fragment !== undefined && !at.inside.includes(name)) add(measureSelection(fragment.selectionSet, fragments, { ...at, inside: [...at.inside, name] }), 1);
    }
    if (total.cost > MAX_COST || total.aliases > MAX_ALIASES) return total;
  }
  return total;
}

function pageSize(field: { arguments?: readonly { name: { value: string }; value: { kind: string; value?: unknown } }[] }): number {
  const first = field.arguments?.find((argument) => argument.name.value === 'first');
  if (first === undefined) return 1;
  return first.value.kind === Kind.INT ? Math.max(1, Number(first.value.value)) : MAX_FIRST_DEFAULT;
}

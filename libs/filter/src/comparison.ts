/** What a clause speaks about. A clause names one by its prefix (`metrics.loss`); a bare word is an attribute. */
export type Entity = 'attribute' | 'metric' | 'param' | 'tag' | 'dataset' | 'metadata' | 'span' | 'feedback' | 'expectation' | 'issue';

export type NumericOperator = '=' | '!=' | '<' | '<=' | '>' | '>=';
export type TextOperator = '=' | '!=' | 'LIKE' | 'ILIKE' | 'RLIKE';
export type ListOperator = 'IN' | 'NOT IN';
export type PresenceOperator = 'IS NULL' | 'IS NOT NULL';
export type Operator = NumericOperator | TextOperator | ListOperator | PresenceOperator;

/** One checked clause of a filter. `position` is where it starts in the text. */
interface Clause<E extends Entity, O extends Operator, V> {
  readonly entity: E;
  readonly key: string;
  readonly operator: O;
  readonly value: V;
  readonly position: number;
}

/** Compared with a number: a bigint for an integer literal (exact), a number for a fraction. Metrics are always numbers. */
export type IntegerClause = Clause<'attribute', NumericOperator, bigint | number>;
export type MetricClause = Clause<'metric', NumericOperator, number>;
/** A number that an assessment is compared with; its other values are compared as text. */
export type ScoreClause = Clause<'feedback' | 'expectation', NumericOperator, number>;
export type TextClause = Clause<Exclude<Entity, 'metric'>, TextOperator, string>;
export type ListClause = Clause<Exclude<Entity, 'metric'>, ListOperator, readonly string[]>;
export type PresenceClause = Clause<'param' | 'tag' | 'metadata' | 'feedback' | 'expectation', PresenceOperator, null>;

/**
 * The leaves of a filter. MLflow joins them with AND only, so a parsed filter is a list; a language with OR would wrap
 * these leaves in a tree and leave them as they are.
 */
export type Comparison = IntegerClause | MetricClause | ScoreClause | TextClause | ListClause | PresenceClause;

/** One checked `order_by` item; ascending unless it says DESC. */
export interface Order {
  readonly entity: Entity;
  readonly key: string;
  readonly ascending: boolean;
}

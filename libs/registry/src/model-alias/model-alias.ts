/** One move of an alias. Null: it was new, or it was removed. */
export interface AliasEvent {
  /** A bigint as decimal text. */
  readonly id: string;
  readonly alias: string;
  readonly fromVersion: number | null;
  readonly toVersion: number | null;
  readonly actorName: string;
  readonly occurredAt: Date;
}

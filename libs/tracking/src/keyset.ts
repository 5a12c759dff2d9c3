import { createHash } from 'node:crypto';
import { commaList, sql, Sql } from '@modelyard/filter';
import { decodeCursor, DomainError, encodeCursor } from '@modelyard/kernel';
import { z } from 'zod';

/** One column of a total order. NULLs come last in both directions. */
export interface KeysetTerm {
  readonly expression: Sql;
  readonly ascending: boolean;
  readonly type: 'bigint' | 'float8' | 'text' | 'boolean';
  readonly nullable: boolean;
}

const CASTS: Readonly<Record<KeysetTerm['type'], Sql>> = { bigint: sql`::bigint`, float8: sql`::float8`, text: sql`::text`, boolean: sql`::boolean` };

const cursorSchema = z.object({ o: z.string(), k: z.array(z.string().nullable()) });

/** Pages by the position of the last row instead of an offset: a token stays right while rows are added. */
export class Keyset {
  private readonly fingerprint: string;

  /** `bound`: what a token must not be carried over to another of, such as the order asked for. */
  constructor(
    private readonly terms: readonly KeysetTerm[],
    bound: unknown,
  ) {
    this.fingerprint = createHash('sha256').update(JSON.stringify(bound)).digest('base64url').slice(0, 12);
  }

  orderBy(): Sql {
    return commaList(
      this.terms.map(({ expression, ascending, nullable }) => {
        const direction = ascending ? sql`${expression} ASC` : sql`${expression} DESC`;
        return nullable ? sql`${direction} NULLS LAST` : direction;
      }),
    );
  }

  /** The sort keys of a row as a text array: what `encode` takes. */
  keys(): Sql {
    return sql`ARRAY[${commaList(this.terms.map(({ expression }) => sql`(${expression})::text`))}]`;
  }

  encode(keys: readonly (string | null)[]): string {
    return encodeCursor({ o: this.fingerprint, k: keys });
  }

  /** The condition of rows after a token; TRUE without one. Throws INVALID_ARGUMENT for a damaged or foreign token. */
  after(token: string | undefined): Sql {
    if (token === undefined || token === '') return sql`TRUE`;
    const { o, k } = decodeCursor(token, cursorSchema);
    if (o !== this.fingerprint || k.length !== this.terms.length || !k.every((key, index) => this.isReadable(key, index))) {
      throw new DomainError('INVALID_ARGUMENT', 'Invalid page token: it belongs to a search with another order. Start again from the first page.', { field: 'page_token' });
    }
    const steps = this.terms.map((term, index) => Sql.join([...this.terms.slice(0, index).map((earlier, at) => equal(earlier, k[at] ?? null)), beyond(term, k[index] ?? null)], ' AND '));
    return sql`${this.bound(k[0] ?? null)} AND (${Sql.join(steps.map((step) => sql`(${step})`), ' OR ')})`;
  }

  /** Implied by the rest, and lets an index on the first column start at the right place. */
  private bound(key: string | null): Sql {
    const [first] = this.terms;
    if (first === undefined || first.nullable || key === null) return sql`TRUE`;
    const value = sql`${key}${CASTS[first.type]}`;
    return first.ascending ? sql`${first.expression} >= ${value}` : sql`${first.expression} <= ${value}`;
  }

  private isReadable(key: string | null, index: number): boolean {
    if (key === null) return this.terms[index]?.nullable === true;
    switch (this.terms[index]?.type) {
      case 'bigint':
        return /^-?\d{1,19}$/.test(key);
      case 'float8':
        return key === 'NaN' || Number.isFinite(Number(key));
      case 'boolean':
        return key === 'true' || key === 'false';
      case 'text':
        return !key.includes('\0');
      case undefined:
        return false;
    }
  }
}

function equal({ expression, type }: KeysetTerm, key: string | null): Sql {
  return key === null ? sql`${expression} IS NULL` : sql`${expression} = ${key}${CASTS[type]}`;
}

function beyond({ expression, ascending, type, nullable }: KeysetTerm, key: string | null): Sql {
  if (key === null) return sql`FALSE`;
  const value = sql`${key}${CASTS[type]}`;
  const further = ascending ? sql`${expression} > ${value}` : sql`${expression} < ${value}`;
  return nullable ? sql`(${further} OR ${expression} IS NULL)` : further;
}

/** What a PostgreSQL driver takes: the text with `$1`, `$2`, ... and their values. */
export interface SqlStatement {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

/** bigint travels as decimal text; a list as an array parameter. */
export type SqlValue = string | number | bigint | boolean | null | readonly string[];

/**
 * A piece of SQL with its parameters. Made only by the `sql` tag, whose literal parts are source code and whose holes are
 * fragments or bound values: there is no way to put a user's text into the statement.
 */
export class Sql {
  /** `strings` has one entry more than `values`, as in a template. */
  private constructor(
    private readonly strings: readonly string[],
    private readonly values: readonly SqlValue[],
  ) {}

  static template(strings: TemplateStringsArray, holes: readonly (Sql | SqlValue)[]): Sql {
    const parts: (string | Sql)[] = [];
    strings.forEach((string, index) => {
      parts.push(string);
      const hole = holes[index];
      if (hole !== undefined) parts.push(hole instanceof Sql ? hole : new Sql(['', ''], [hole]));
    });
    return Sql.concatenate(parts);
  }

  static join(fragments: readonly Sql[], separator: string): Sql {
    return Sql.concatenate(fragments.flatMap((fragment, index) => (index === 0 ? [fragment] : [separator, fragment])));
  }

  private static concatenate(parts: readonly (string | Sql)[]): Sql {
    const strings: string[] = [''];
    const values: SqlValue[] = [];
    const append = (text: string) => strings.push((strings.pop() ?? '') + text);
    for (const part of parts) {
      if (typeof part === 'string') {
        append(part);
        continue;
      }
      append(part.strings[0] ?? '');
      strings.push(...part.strings.slice(1));
      values.push(...part.values);
    }
    return new Sql(strings, values);
  }

  /** Numbers the parameters from `$<first>` on, so that a statement can have fixed ones before these. */
  render(first = 1): SqlStatement {
    const text = this.strings.reduce((left, right, index) => `${left}$${first + index - 1}${right}`);
    return { text, values: this.values };
  }

  get isEmpty(): boolean {
    return this.values.length === 0 && this.strings.every((string) => string.trim() === '');
  }
}

/** Builds SQL: `` sql`run_id = ${id} AND ${condition}` ``. A hole is a bound parameter, or a fragment put in place. */
export function sql(strings: TemplateStringsArray, ...holes: (Sql | SqlValue)[]): Sql {
  return Sql.template(strings, holes);
}

/** The conditions in parentheses, joined by AND; `TRUE` if there are none. */
export function allOf(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? sql`TRUE` : Sql.join(conditions.map((condition) => sql`(${condition})`), ' AND ');
}

/** The fragments with commas between them. */
export function commaList(fragments: readonly Sql[]): Sql {
  return Sql.join(fragments, ', ');
}

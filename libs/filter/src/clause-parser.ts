import { quoted, searchFault, shown } from './filter-error.js';
import type { Grammar } from './grammar.js';
import { tokenize, type Token } from './lexer.js';
import { MAX_CLAUSES } from './limits.js';

export type OperandKind = 'identifier' | 'text' | 'integer' | 'float' | 'hexadecimal' | 'list';

/** One side of a comparison, as it is written. */
export interface Operand {
  readonly kind: OperandKind;
  readonly text: string;
  readonly start: number;
}

/** A clause whose shape is right; names, operators and values are not checked yet. */
export interface RawClause {
  readonly left: Operand;
  readonly operator: string;
  readonly operatorStart: number;
  readonly right: Operand | null;
}

type ClauseGrammar = Pick<Grammar, 'quoting' | 'wording'>;

/** An order_by item as it is written; `direction` is any word. */
export interface OrderItem {
  readonly name: Operand;
  readonly direction: string | null;
  readonly directionStart: number;
}

const LITERALS: Partial<Record<Token['kind'], OperandKind>> = {
  'single-quoted': 'text',
  integer: 'integer',
  float: 'float',
  hexadecimal: 'hexadecimal',
};
const OPERATOR_WORDS = new Set(['LIKE', 'ILIKE', 'RLIKE']);
/** Words that shape a filter; they cannot stand where a name or a value is expected. */
const STRUCTURE_WORDS = new Set([...OPERATOR_WORDS, 'AND', 'OR', 'NOT', 'IN', 'IS', 'NULL']);
/** sqlparse takes these as keywords even after a dot: `tags.from` must be written with backticks. */
const RESERVED_AFTER_DOT = new Set(['CASE', 'IN', 'VALUES', 'USING', 'FROM', 'AS']);

/** Splits a filter into clauses. Clauses are joined by AND, which MLflow lets people leave out, repeat or dangle. */
export function parseClauses(text: string, grammar: ClauseGrammar): RawClause[] {
  return new ClauseParser(text, grammar).clauses();
}

/** Reads `identifier [word]`, the shape of an order_by item; undefined if the text has another shape. */
export function parseOrderItem(text: string, grammar: ClauseGrammar): OrderItem | undefined {
  return new ClauseParser(text, grammar).orderItem();
}

class ClauseParser {
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly grammar: ClauseGrammar,
  ) {
    this.tokens = tokenize(text);
  }

  clauses(): RawClause[] {
    const clauses: RawClause[] = [];
    for (;;) {
      while (this.takeWord('AND')) continue;
      const first = this.peek();
      if (first === undefined) return clauses;
      if (clauses.length === MAX_CLAUSES) {
        throw searchFault('filter', `A filter can have at most ${MAX_CLAUSES} clauses. Split the search.`, first.start);
      }
      clauses.push(this.clause(first));
    }
  }

  orderItem(): OrderItem | undefined {
    const name = this.operand();
    if (name?.kind !== 'identifier') return undefined;
    const direction = this.peek();
    if (direction === undefined) return { name, direction: null, directionStart: 0 };
    this.at += 1;
    if (this.peek() !== undefined || direction.kind !== 'word') return undefined;
    return { name, direction: direction.text, directionStart: direction.start };
  }

  private clause(first: Token): RawClause {
    const left = this.operand();
    if (left === undefined) throw this.invalidClause(first);
    const operator = this.peek();
    if (operator === undefined) throw this.invalidClause(left, left.kind === 'identifier' ? undefined : left.start);
    return this.presence(left, operator) ?? this.membership(left, operator) ?? this.comparison(left, operator);
  }

  private presence(left: Operand, operator: Token): RawClause | undefined {
    if (left.kind !== 'identifier' || !this.takeWord('IS')) return undefined;
    const negated = this.takeWord('NOT');
    if (!this.takeWord('NULL')) throw this.invalidClause(operator);
    return { left, operator: negated ? 'IS NOT NULL' : 'IS NULL', operatorStart: operator.start, right: null };
  }

  private membership(left: Operand, operator: Token): RawClause | undefined {
    if (left.kind !== 'identifier') return undefined;
    const before = this.at;
    const negated = this.takeWord('NOT');
    if (!this.takeWord('IN')) {
      this.at = before;
      return undefined;
    }
    const right = this.operand();
    if (right?.kind !== 'list') throw this.invalidClause(operator);
    return { left, operator: negated ? 'NOT IN' : 'IN', operatorStart: operator.start, right };
  }

  private comparison(left: Operand, first: Token): RawClause {
    const operator = this.comparisonOperator();
    if (operator === undefined) throw this.invalidClause(left);
    const right = this.operand();
    if (right === undefined) throw this.invalidClause(left);
    if (left.kind !== 'identifier') {
      throw searchFault('filter', `Invalid comparison clause. Expected 'Identifier' found '${shown(left.text)}'`, left.start);
    }
    return { left, operator, operatorStart: first.start, right };
  }

  private comparisonOperator(): string | undefined {
    const before = this.at;
    const negated = this.takeWord('NOT');
    const token = this.peek();
    const word = token?.text.toUpperCase() ?? '';
    if (token !== undefined && (OPERATOR_WORDS.has(word) || (token.kind === 'comparison' && !negated))) {
      this.at += 1;
      return negated ? `NOT ${word}` : word;
    }
    this.at = before;
    return undefined;
  }

  private operand(): Operand | undefined {
    const token = this.peek();
    if (token === undefined) return undefined;
    if (token.text === '(') return this.list(token);
    const literal = LITERALS[token.kind];
    if (literal !== undefined) {
      this.at += 1;
      return { kind: literal, text: token.text, start: token.start };
    }
    return this.identifier(token);
  }

  /** A name and its parts, with no space between them: `tags."a b"`, `` metrics.`val/loss` ``, `params.a.b`, `metrics.top.5`. */
  private identifier(first: Token): Operand | undefined {
    if (!this.isName(first) && !this.isPrefix(first)) return undefined;
    this.at += 1;
    let end = first.end;
    for (let part = this.nextPart(end, first); part !== undefined; part = this.nextPart(end, first)) end = part.end;
    return { kind: 'identifier', text: this.text.slice(first.start, end), start: first.start };
  }

  private nextPart(end: number, first: Token): Token | undefined {
    const separator = this.peek();
    if (separator?.start !== end) return undefined;
    this.at += 1;
    if (separator.kind === 'float' && separator.text.startsWith('.')) return separator;
    if (this.isSeparator(separator)) {
      const part = this.peek();
      if (part?.start !== separator.end || !isNamePart(part)) throw this.invalidClause(first);
      this.at += 1;
      return part;
    }
    this.at -= 1;
    return undefined;
  }

  /** MLflow's reader of logged models lets `metrics.val-loss` and `metrics.val/loss` stand without quotes; the others do not. */
  private isSeparator({ text }: Token): boolean {
    return text === '.' || text === '::' || (this.grammar.quoting === 'loose' && (text === '-' || text === '/'));
  }

  private isName(token: Token): boolean {
    if (token.kind === 'word') return !STRUCTURE_WORDS.has(token.text.toUpperCase());
    return token.kind === 'backticked' || token.kind === 'double-quoted';
  }

  /** A word directly before a dot is a name, whatever it means elsewhere. */
  private isPrefix(token: Token): boolean {
    return token.kind === 'word' && this.text[token.end] === '.' && !RESERVED_AFTER_DOT.has(token.text.toUpperCase());
  }

  private list(open: Token): Operand {
    let depth = 0;
    for (let at = this.at; at < this.tokens.length; at += 1) {
      const token = this.tokens[at];
      if (token?.text === '(') depth += 1;
      if (token?.text === ')') depth -= 1;
      if (token !== undefined && depth === 0) {
        this.at = at + 1;
        return { kind: 'list', text: this.text.slice(open.start, token.end), start: open.start };
      }
    }
    throw this.invalidClause(open);
  }

  private takeWord(word: string): boolean {
    const token = this.peek();
    const taken = token?.kind === 'word' && token.text.toUpperCase() === word;
    if (taken) this.at += 1;
    return taken;
  }

  private peek(): Token | undefined {
    return this.tokens[this.at];
  }

  /** Names the clause near the fault; the position is that of the next token, the one that does not fit. */
  private invalidClause(near: { readonly text: string; readonly start: number }, at = this.peek()?.start ?? this.text.length): Error {
    const semicolon = this.tokens.findIndex((token) => token.text === ';');
    if (semicolon !== -1 && semicolon < this.tokens.length - 1) {
      const text = `Search filter contained multiple expression ${quoted(this.text)}. Provide AND-ed expression list.`;
      return searchFault('filter', text, this.tokens[semicolon]?.start ?? near.start);
    }
    return searchFault('filter', this.grammar.wording.invalidClause(near.text, this.text), at);
  }
}

function isNamePart(token: Token): boolean {
  if (token.kind === 'word') return !RESERVED_AFTER_DOT.has(token.text.toUpperCase());
  return token.kind === 'backticked' || token.kind === 'double-quoted' || token.kind === 'single-quoted';
}

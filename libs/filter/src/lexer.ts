import { QuoteEnds } from './quotes.js';

export type TokenKind =
  | 'word'
  | 'backticked'
  | 'double-quoted'
  | 'single-quoted'
  | 'integer'
  | 'float'
  | 'hexadecimal'
  | 'comparison'
  | 'symbol';

/** A piece of the text; `start` and `end` are offsets in UTF-16 units. Space is dropped, so `end` may lie before the next `start`. */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const SPACE = /[\s\u001c-\u001f\u0085]/u;
const ASCII_WORD_CHARACTER = /\w/;
const WORD_CHARACTER = /[\p{L}\p{N}_]/u;
/** What may not follow a number directly (sqlparse's `[_A-ZÀ-Ü]`, any case). */
const NUMBER_STOPPER = /[_A-Za-zÀ-Üà-öø-ü]/;
const COMPARISON_CHARACTERS = '<>=~!';

/**
 * Splits a filter or order_by text into tokens, by the rules of sqlparse that MLflow relies on. Never fails: a character
 * outside the language becomes a `symbol`, which the parser refuses with its position. Linear in the text's length.
 */
export function tokenize(text: string): Token[] {
  return new Lexer(text).run();
}

class Lexer {
  private readonly quotes: Readonly<Record<string, { kind: TokenKind; ends: QuoteEnds }>>;

  constructor(private readonly text: string) {
    this.quotes = {
      "'": { kind: 'single-quoted', ends: new QuoteEnds(text, "'", true) },
      '"': { kind: 'double-quoted', ends: new QuoteEnds(text, '"', true) },
      '`': { kind: 'backticked', ends: new QuoteEnds(text, '`', false) },
    };
  }

  run(): Token[] {
    const tokens: Token[] = [];
    let at = 0;
    while (at < this.text.length) {
      const token = isSpace(this.at(at)) ? undefined : this.token(at);
      if (token !== undefined) tokens.push(token);
      at = token?.end ?? at + 1;
    }
    return tokens;
  }

  private token(start: number): Token {
    return this.quoted(start) ?? this.number(start) ?? this.word(start) ?? this.comparison(start) ?? this.symbol(start);
  }

  private quoted(start: number): Token | undefined {
    const quote = this.quotes[this.at(start)];
    const end = quote?.ends.after(start);
    return quote === undefined || end === undefined ? undefined : this.make(quote.kind, start, end);
  }

  private number(start: number): Token | undefined {
    if (!this.startsNumber(start)) return undefined;
    const digits = this.at(start) === '-' ? start + 1 : start;
    return this.hexadecimal(start, digits) ?? this.exponential(start, digits) ?? this.decimal(start, digits) ?? this.integer(start, digits);
  }

  private startsNumber(start: number): boolean {
    const isSigned = this.at(start) === '-';
    const first = this.at(isSigned ? start + 1 : start);
    return isDigit(first) || (first === '.' && isDigit(this.at(isSigned ? start + 2 : start + 1)));
  }

  private hexadecimal(start: number, digits: number): Token | undefined {
    if (this.at(digits) !== '0' || this.at(digits + 1).toLowerCase() !== 'x') return undefined;
    const end = this.skip(digits + 2, isHexDigit);
    return end > digits + 2 ? this.make('hexadecimal', start, end) : undefined;
  }

  private exponential(start: number, digits: number): Token | undefined {
    let end = this.skip(digits, isDigit);
    if (end === digits) return undefined;
    if (this.at(end) === '.' && isDigit(this.at(end + 1))) end = this.skip(end + 1, isDigit);
    if (this.at(end).toLowerCase() !== 'e') return undefined;
    const exponent = this.at(end + 1) === '-' ? end + 2 : end + 1;
    end = this.skip(exponent, isDigit);
    return end > exponent ? this.make('float', start, end) : undefined;
  }

  private decimal(start: number, digits: number): Token | undefined {
    const point = this.skip(digits, isDigit);
    if (this.at(point) !== '.') return undefined;
    const least = point > digits ? point + 1 : point + 2;
    return this.beforeStopper('float', start, this.skip(point + 1, isDigit), least);
  }

  private integer(start: number, digits: number): Token | undefined {
    return this.beforeStopper('integer', start, this.skip(digits, isDigit), digits + 1);
  }

  /** A number that runs into a letter gives its last digit back, as the regular expressions of sqlparse do. */
  private beforeStopper(kind: TokenKind, start: number, longest: number, least: number): Token | undefined {
    const end = NUMBER_STOPPER.test(this.at(longest)) ? longest - 1 : longest;
    return end >= least ? this.make(kind, start, end) : undefined;
  }

  private word(start: number): Token | undefined {
    const end = this.skip(start, isWordCharacter);
    return end > start ? this.make('word', start, end) : undefined;
  }

  private comparison(start: number): Token | undefined {
    const end = this.skip(start, isComparisonCharacter);
    return end > start ? this.make('comparison', start, end) : undefined;
  }

  private symbol(start: number): Token {
    const end = this.text.startsWith('::', start) ? start + 2 : start + this.at(start).length;
    return this.make('symbol', start, end);
  }

  private skip(from: number, accepts: (character: string) => boolean): number {
    let at = from;
    while (at < this.text.length && accepts(this.at(at))) at += this.at(at).length;
    return at;
  }

  /** The whole character at an offset (two units for an astral one), or '' at the end. */
  private at(offset: number): string {
    const unit = this.text[offset] ?? '';
    return unit < '\ud800' || unit > '\udbff' ? unit : String.fromCodePoint(this.text.codePointAt(offset) ?? 0);
  }

  private make(kind: TokenKind, start: number, end: number): Token {
    return { kind, start, end, text: this.text.slice(start, end) };
  }
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9' && character.length === 1;
}

function isHexDigit(character: string): boolean {
  return /^[\dA-Fa-f]$/.test(character);
}

function isSpace(character: string): boolean {
  return character <= '\u007f' ? character <= ' ' && SPACE.test(character) : SPACE.test(character);
}

function isWordCharacter(character: string): boolean {
  return character <= '\u007f' ? ASCII_WORD_CHARACTER.test(character) : WORD_CHARACTER.test(character);
}

function isComparisonCharacter(character: string): boolean {
  return COMPARISON_CHARACTERS.includes(character);
}

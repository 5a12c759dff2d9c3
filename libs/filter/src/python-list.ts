const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
const CODE_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

export type ListFault = { readonly fault: 'empty' | 'ill-formed' | 'not-text'; readonly at: number };

/**
 * Reads `('a', "b")`, the right side of IN. MLflow evaluates it as a Python literal, hence Python's backslash escapes,
 * its joining of adjacent strings and its optional last comma. Offsets are relative to the opening parenthesis.
 */
export function parsePythonList(text: string): readonly string[] | ListFault {
  return new ListReader(text).read();
}

class ListReader {
  private at = 1;

  constructor(private readonly text: string) {}

  read(): readonly string[] | ListFault {
    const values: string[] = [];
    while (!this.atEnd()) {
      const value = this.value();
      if (typeof value !== 'string') return value;
      values.push(value);
      if (this.atEnd()) break;
      if (this.text[this.at] !== ',') return this.fault('ill-formed');
      this.at += 1;
    }
    return values.length === 0 ? this.fault('empty') : values;
  }

  private value(): string | ListFault {
    const start = this.at;
    let value = '';
    while (this.text[this.at] === "'" || this.text[this.at] === '"') {
      const part = this.string();
      if (typeof part !== 'string') return part;
      value += part;
      this.skipSpace();
    }
    if (this.at > start) return value;
    return this.fault(/[\w.+-]/.test(this.text[this.at] ?? '') ? 'not-text' : 'ill-formed');
  }

  private string(): string | ListFault {
    const quote = this.text[this.at];
    const parts: string[] = [];
    this.at += 1;
    while (this.text[this.at] !== quote) {
      const character = this.text[this.at];
      if (character === undefined || character === '\n' || character === '\r') return this.fault('ill-formed');
      const part = character === '\\' ? this.escape() : character;
      if (part === undefined) return this.fault('ill-formed');
      parts.push(part);
      this.at += 1;
    }
    this.at += 1;
    return parts.join('');
  }

  /** Leaves `at` on the last character of the escape. An unknown escape stays as it is written, as in Python. */
  private escape(): string | undefined {
    this.at += 1;
    const letter = this.text[this.at] ?? '';
    const digits = CODE_DIGITS[letter];
    if (digits !== undefined) return this.codePoint(digits);
    if (/[0-7]/.test(letter)) return this.octal();
    return Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : `\\${letter}`;
  }

  private codePoint(digits: number): string | undefined {
    const hex = this.text.slice(this.at + 1, this.at + 1 + digits);
    if (hex.length !== digits || !/^[\dA-Fa-f]+$/.test(hex)) return undefined;
    this.at += digits;
    const code = Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
  }

  private octal(): string {
    const digits = /^[0-7]{1,3}/.exec(this.text.slice(this.at, this.at + 3))?.[0] ?? '0';
    this.at += digits.length - 1;
    return String.fromCodePoint(Number.parseInt(digits, 8));
  }

  private atEnd(): boolean {
    this.skipSpace();
    return this.at >= this.text.length - 1;
  }

  private skipSpace(): void {
    while (/[ \t\r\n\f]/.test(this.text[this.at] ?? '')) this.at += 1;
  }

  private fault(fault: ListFault['fault']): ListFault {
    return { fault, at: Math.min(this.at, this.text.length - 1) };
  }
}

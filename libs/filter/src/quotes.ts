const NONE = -1;

/**
 * Where each quoted text ends, for one kind of quote. MLflow's lexer (sqlparse) matches `'(''|\\'|[^'])*'` with
 * backtracking: a doubled or backslashed quote is content unless nothing closes the text further on. The same answer
 * is computed once from right to left, so that hostile quotes cost linear time however many texts they open.
 */
export class QuoteEnds {
  private ends: Int32Array | undefined;

  constructor(
    private readonly text: string,
    private readonly quote: string,
    private readonly backslash: boolean,
  ) {}

  /** The offset after the closing quote of the text opened at `start`, or undefined if it is never closed. */
  after(start: number): number | undefined {
    this.ends ??= this.scan();
    const end = this.ends[start + 1] ?? NONE;
    return end === NONE ? undefined : end;
  }

  /** `ends[i]`: where a quoted text ends whose content has been read up to `i`. */
  private scan(): Int32Array {
    const { text, quote } = this;
    const ends = new Int32Array(text.length + 2).fill(NONE);
    for (let i = text.length - 1; i >= 0; i -= 1) {
      const isQuote = text[i] === quote;
      const isPair = text[i + 1] === quote && (isQuote || (this.backslash && text[i] === '\\'));
      const viaPair = isPair ? (ends[i + 2] ?? NONE) : NONE;
      if (viaPair !== NONE) ends[i] = viaPair;
      else ends[i] = isQuote ? i + 1 : (ends[i + 1] ?? NONE);
    }
    return ends;
  }
}

const WORD = /[A-Za-z0-9_.`/-]*$/;
const SHOWN = 8;

/** Names that hold the word before the caret; none inside a string or after an operator's value. */
export function suggestNames(text: string, caret: number, names: readonly string[]): string[] {
  const before = text.slice(0, caret);
  const word = WORD.exec(before)?.[0] ?? '';
  if (word === '' || isInsideString(before) || /[=<>~]\s*$/.test(before.slice(0, before.length - word.length))) return [];
  const wanted = word.replaceAll('`', '').toLowerCase();
  const bare = (name: string) => name.replaceAll('`', '').toLowerCase();
  const found = names.filter((name) => bare(name).includes(wanted) && bare(name) !== wanted);
  return [...found].sort((a, b) => Number(bare(b).startsWith(wanted)) - Number(bare(a).startsWith(wanted))).slice(0, SHOWN);
}

/** Puts a name in place of the word before the caret. */
export function completeName(text: string, caret: number, name: string): { text: string; caret: number } {
  const start = caret - (WORD.exec(text.slice(0, caret))?.[0].length ?? 0);
  const inserted = `${name} `;
  return { text: text.slice(0, start) + inserted + text.slice(caret).trimStart(), caret: start + inserted.length };
}

function isInsideString(text: string): boolean {
  let quote = '';
  for (const character of text) {
    if (quote === '') {
      if (character === "'" || character === '"') quote = character;
    } else if (character === quote) quote = '';
  }
  return quote !== '';
}

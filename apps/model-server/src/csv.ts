import { invalid } from './tensor.js';

/** Splits comma-separated text (RFC 4180: quotes, doubled quotes, CRLF) into lines of cells. Blank lines are skipped. */
export function parse(text: string): string[][] {
  const lines: string[][] = [];
  let cells: string[] = [];
  let position = 0;
  while (position < text.length) {
    const cell = text[position] === '"' ? quotedCell(text, position) : plainCell(text, position);
    cells.push(cell.value);
    position = cell.end;
    if (text[position] === ',') {
      position++;
      if (position === text.length) cells.push('');
      continue;
    }
    if (text[position] === '\r') position++;
    if (text[position] === '\n') position++;
    if (cells.length > 1 || cells[0] !== '') lines.push(cells);
    cells = [];
  }
  if (cells.length > 0) lines.push(cells);
  return lines;
}

const CELL_END = /[,\r\n]/g;

function plainCell(text: string, start: number): { value: string; end: number } {
  CELL_END.lastIndex = start;
  const end = CELL_END.exec(text)?.index ?? text.length;
  return { value: text.slice(start, end), end };
}

function quotedCell(text: string, start: number): { value: string; end: number } {
  let value = '';
  for (let from = start + 1; ; ) {
    const quote = text.indexOf('"', from);
    if (quote === -1) throw invalid('The CSV body has a quote that is never closed.');
    value += text.slice(from, quote);
    if (text[quote + 1] !== '"') return endOfQuoted(text, value, quote + 1);
    value += '"';
    from = quote + 2;
  }
}

function endOfQuoted(text: string, value: string, end: number): { value: string; end: number } {
  if (end < text.length && !/[,\r\n]/.test(text[end] ?? '')) throw invalid('The CSV body has text after a closing quote.');
  return { value, end };
}

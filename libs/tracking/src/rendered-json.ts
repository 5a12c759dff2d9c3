import { parseJson } from '@modelyard/kernel';

/**
 * JSON text that PostgreSQL put together. Bulk reads pass `text` on as it is; who needs the value calls `read`, which
 * keeps 64-bit integers exact.
 */
export class RenderedJson<T> {
  constructor(readonly text: string) {}

  read(): T {
    return parseJson(this.text) as T;
  }
}

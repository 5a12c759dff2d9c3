import { type Type } from '@nestjs/common';
import { Field, Int, ObjectType } from '@nestjs/graphql';
import { DomainError, type Page } from '@modelyard/kernel';

@ObjectType({ description: 'Where a page ends.' })
export class PageInfo {
  @Field({ description: 'Is there another page after this one?' })
  hasNextPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Pass it as `after` to get the next page. Null on an empty page.' })
  endCursor!: string | null;
}

export interface Connection<T> {
  nodes: readonly T[];
  pageInfo: PageInfo;
}

/** A relay-style connection type of a node type: `<Name>Connection { nodes, pageInfo }`. */
export function connectionOf<T>(node: Type<T>, name: string): Type<Connection<T>> {
  @ObjectType(`${name}Connection`, { description: `A page of a list of ${name}.` })
  class ConnectionType implements Connection<T> {
    @Field(() => [node], { description: 'The items of this page.' })
    nodes!: readonly T[];

    @Field(() => PageInfo, { description: 'Where this page ends.' })
    pageInfo!: PageInfo;
  }
  return ConnectionType;
}

/** Maps a page of the domain to a connection. */
export function toConnection<D, T>(page: Page<D>, map: (item: D) => T): Connection<T> {
  return { nodes: page.items.map(map), pageInfo: { hasNextPage: page.nextCursor !== null, endCursor: page.nextCursor } };
}

/** `first` is mandatory and capped. Throws INVALID_ARGUMENT. */
export function checkFirst(first: number, max = 200): number {
  if (Number.isInteger(first) && first >= 1 && first <= max) return first;
  throw new DomainError('INVALID_ARGUMENT', `'first' must be 1 to ${max}.`, { field: 'first' });
}

export const FIRST = { type: () => Int, description: 'How many, at most 200.' };

import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { NestFactory } from '@nestjs/core';
import { GraphQLSchemaBuilderModule, GraphQLSchemaFactory } from '@nestjs/graphql';
import { isEnumType, isInputObjectType, isInterfaceType, isIntrospectionType, isObjectType, lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';
import { BUILD_OPTIONS, RESOLVERS } from './graphql.module.js';

const FILE = path.join(process.cwd(), 'apps/gateway/schema.graphql');

let schema: GraphQLSchema;

beforeAll(async () => {
  const app = await NestFactory.createApplicationContext(GraphQLSchemaBuilderModule, { logger: false });
  schema = lexicographicSortSchema(await app.get(GraphQLSchemaFactory).create(RESOLVERS, BUILD_OPTIONS));
  await app.close();
});

describe('the GraphQL schema', () => {
  it('is the committed one (write it with UPDATE_SCHEMA=1)', () => {
    const printed = `${printSchema(schema)}\n`;
    if (process.env['UPDATE_SCHEMA'] === '1') writeFileSync(FILE, printed);
    expect(printed).toBe(readFileSync(FILE, 'utf8'));
  });

  it('describes every type and field', () => {
    const missing: string[] = [];
    for (const type of Object.values(schema.getTypeMap())) {
      if (isIntrospectionType(type)) continue;
      const root = type === schema.getQueryType() || type === schema.getMutationType() || type === schema.getSubscriptionType();
      if (!root && !type.description && (isObjectType(type) || isInputObjectType(type) || isInterfaceType(type) || isEnumType(type))) missing.push(type.name);
      if (!isObjectType(type) && !isInputObjectType(type) && !isInterfaceType(type)) continue;
      for (const field of Object.values(type.getFields())) if (!field.description) missing.push(`${type.name}.${field.name}`);
    }
    expect(missing).toEqual([]);
  });

  it('asks for `first` on every connection', () => {
    const open: string[] = [];
    for (const type of Object.values(schema.getTypeMap())) {
      if (!isObjectType(type)) continue;
      for (const field of Object.values(type.getFields())) {
        if (!/Connection!?$/.test(String(field.type))) continue;
        const first = field.args.find((argument) => argument.name === 'first');
        if (String(first?.type) !== 'Int!') open.push(`${type.name}.${field.name}`);
      }
    }
    expect(open).toEqual([]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { testNatsUrl } from '#testing';
import { PARTITION_COUNT, partitionOf } from './partition.js';

const stream = `PARTITIONS_${process.pid}`;
const root = `partitions-${process.pid}`;
let connection: NatsConnection;

beforeAll(async () => {
  connection = await connect({ servers: await testNatsUrl() });
  await (
    await jetstreamManager(connection)
  ).streams.add({
    name: stream,
    subjects: [`${root}.*`],
    subject_transform: { src: `${root}.*`, dest: `${root}.{{partition(${PARTITION_COUNT},1)}}.{{wildcard(1)}}` },
    storage: 'memory',
    max_bytes: 1024 * 1024,
  });
});

afterAll(async () => {
  await (await jetstreamManager(connection)).streams.delete(stream);
  await connection.close();
});

describe('the partition of a book', () => {
  it("D2: is the one that nats-server's partition() gives", async () => {
    const manager = await jetstreamManager(connection);
    const client = jetstream(connection);
    for (let count = 0; count < 300; count++) {
      const org = `org_${(BigInt(count) * 0x9e3779b97f4a7c15f39cc0605cedc835n).toString(16).slice(-32).padStart(32, '0')}`;
      const { seq } = await client.publish(`${root}.${org}`);
      const stored = await manager.streams.getMessage(stream, { seq });
      expect(stored?.subject).toBe(`${root}.${partitionOf(org)}.${org}`);
    }
  });
});

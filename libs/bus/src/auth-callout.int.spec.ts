import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { STREAMS, subjects } from '#contracts';
import { formatToken, newId, newSecret, parseToken } from '#security';
import { startPrivateNats, type PrivateServer } from '#testing';
import {
  assertAuthCallout,
  AuthCalloutResponder,
  clientInboxPrefix,
  connectBus,
  ensureStreams,
  natsServerConfiguration,
  newBusSecrets,
  readServerTemplate,
  type BusConnection,
  type VerifiedCredential,
} from './index.js';

const secrets = newBusSecrets();
const known = new Map<string, VerifiedCredential>();
const opened: BusConnection[] = [];
let server: PrivateServer;
let services: BusConnection;
let responder: AuthCalloutResponder;

function issue(credential: Partial<VerifiedCredential['credential']>, org = newId('org')) {
  const kind = credential.kind ?? 'agent';
  const subject = newId({ agent: 'agt', key: 'key', session: 'ses' }[kind]);
  const token = formatToken({ kind, org, subject, secret: newSecret() });
  known.set(token, { org, credential: { subject, ...credential, kind } });
  return { org, subject, token };
}

async function connectAs(who: { org: string; subject: string; token: string }): Promise<BusConnection> {
  const connection = await connectBus({
    url: server.url,
    name: who.subject,
    credentials: { token: who.token },
    inbox_prefix: clientInboxPrefix(who.org, who.subject),
  });
  opened.push(connection);
  return connection;
}

beforeAll(async () => {
  const configuration = natsServerConfiguration({ template: readServerTemplate(process.cwd()), secrets });
  server = await startPrivateNats({ configuration });
  services = await connectBus({
    url: server.url,
    name: 'services',
    credentials: { user: secrets.service_user, password: secrets.service_password },
  });
  await ensureStreams(services, { mode: 'create' });
  responder = new AuthCalloutResponder(services, {
    issuer_seed: secrets.issuer_seed,
    verify: (bearer) => {
      if (bearer === 'broken') throw new Error('The book cannot be reached');
      const found = known.get(bearer);
      return Promise.resolve(
        found && parseToken(bearer).subject === found.credential.subject ? found : { refused: 'Unknown credential' },
      );
    },
  });
  responder.start();
  await services.flush();
});

afterAll(async () => {
  for (const connection of opened) await connection.close();
  await services.close();
  await server.stop();
});

/** Resolves with what the server says against it, or that the message has come to INTENTS. */
async function publishAnswer(connection: BusConnection, subject: string): Promise<string> {
  const manager = await jetstreamManager(services);
  const before = (await manager.streams.info(STREAMS.intents)).state.last_seq;
  try {
    await connection.request(subject, '{}', { timeout: 300 });
    return 'answered';
  } catch (error) {
    const { state } = await manager.streams.info(STREAMS.intents);
    return state.last_seq > before ? 'stored' : (error as Error).message;
  }
}

async function subscriptionAnswer(connection: BusConnection, subject: string): Promise<string> {
  const subscription = connection.subscribe(subject);
  const closed = subscription.closed.then((error) => (error ? error.message : 'closed'));
  return Promise.race([
    closed,
    connection
      .flush()
      .then(() => pause(150))
      .then(() => 'allowed'),
  ]);
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const denied = /permissions violation/i;

describe("an agent's connection", () => {
  it('D10: publishes its own intents', async () => {
    const agent = issue({ kind: 'agent' });
    const connection = await connectAs(agent);
    expect(await publishAnswer(connection, subjects.intent(agent.org, agent.subject, agent.subject))).toBe('stored');
  });

  it('F7: can publish nothing else', async () => {
    const agent = issue({ kind: 'agent' });
    const sibling = issue({ kind: 'agent' }, agent.org);
    const connection = await connectAs(agent);
    const foreign = [
      subjects.intent(agent.org, sibling.subject, sibling.subject),
      subjects.intent(newId('org'), agent.subject, agent.subject),
      subjects.intent(agent.org, agent.subject, newId('key')),
      `intents.26.${agent.org}.${agent.subject}`,
      subjects.event(26, agent.org, agent.subject, 'payment.transferred'),
      subjects.command(26, agent.org),
      subjects.ownerRequest(26, 1),
      subjects.feed(agent.org, agent.subject),
      `${subjects.answersOf(agent.org, sibling.subject)}.x`,
      `${subjects.answersOf(agent.org, agent.subject)}.x`,
      'dead.INTENTS.26.forged',
      '$JS.API.STREAM.PURGE.INTENTS',
      '$SYS.REQ.USER.AUTH',
    ];
    for (const subject of foreign)
      expect([subject, await publishAnswer(connection, subject)]).toEqual([subject, expect.stringMatching(denied)]);
    const { state } = await (await jetstreamManager(services)).streams.info(STREAMS.dead_letters);
    expect(state.messages).toBe(0);
  });

  it('F7: reads its own answers and feed, and nothing else', async () => {
    const agent = issue({ kind: 'agent' });
    const sibling = issue({ kind: 'agent' }, agent.org);
    const connection = await connectAs(agent);
    const answers = subjects.answersOf(agent.org, agent.subject);
    for (const own of [`${answers}.>`, `${answers}.a`, subjects.feed(agent.org, agent.subject)]) {
      expect([own, await subscriptionAnswer(connection, own)]).toEqual([own, 'allowed']);
    }
    const foreign = [
      `${subjects.answersOf(agent.org, sibling.subject)}.>`,
      `answers.${agent.org}.>`,
      'answers.>',
      subjects.feed(agent.org, sibling.subject),
      subjects.feedOfOrg(agent.org),
      'intents.>',
      'events.>',
      'cmd.>',
      'owners.>',
      'owners.resolve.26',
      '_INBOX.>',
      '>',
      '$JS.>',
      '$SYS.REQ.USER.AUTH',
    ];
    for (const subject of foreign) {
      expect([subject, await subscriptionAnswer(connection, subject)]).toEqual([
        subject,
        expect.stringMatching(denied),
      ]);
    }
  });

  it('has no JetStream API', async () => {
    const connection = await connectAs(issue({ kind: 'agent' }));
    await expect(jetstreamManager(connection, { timeout: 500 })).rejects.toThrow(denied);
  });

  it('hears its answers and its feed', async () => {
    const agent = issue({ kind: 'agent' });
    const connection = await connectAs(agent);
    const heard: string[] = [];
    const keep = { callback: (_error: unknown, message: { string(): string }) => void heard.push(message.string()) };
    connection.subscribe(`${subjects.answersOf(agent.org, agent.subject)}.>`, keep);
    connection.subscribe(subjects.feed(agent.org, agent.subject), keep);
    await connection.flush();
    services.publish(`${subjects.answersOf(agent.org, agent.subject)}.1`, 'answer');
    await jetstream(services).publish(subjects.event(1, agent.org, agent.subject, 'payment.transferred'), 'event');
    await jetstream(services).publish(subjects.event(1, agent.org, newId('agt'), 'payment.transferred'), 'of another');
    await services.flush();
    await pause(100);
    expect(heard.sort()).toEqual(['answer', 'event']);
  });

  it('D10: cannot make the server write in its place, by the reply subject that it gives', async () => {
    const agent = issue({ kind: 'agent' });
    const connection = await connectAs(agent);
    const manager = await jetstreamManager(services);
    const victim = newId('org');
    const heard: string[] = [];
    for (const subject of ['commands.>', `intents.${victim}.>`, 'cmd.>', `feed.${victim}.>`, `answers.${victim}.>`]) {
      services.subscribe(subject, { callback: (_error, message) => void heard.push(message.subject) });
    }
    await services.flush();
    const before = (await manager.streams.info(STREAMS.intents)).state;
    const intent = subjects.intent(agent.org, agent.subject, agent.subject);
    const replies = [
      `commands.1.${victim}`,
      `intents.${victim}.a`,
      'cmd.1.1',
      `feed.${victim}.a`,
      `answers.${victim}.a.b`,
      // An acknowledgement's text is a request to purge up to its sequence.
      '$JS.API.STREAM.PURGE.INTENTS',
      '$JS.API.STREAM.MSG.DELETE.INTENTS',
    ];
    for (const reply of replies) connection.publish(intent, '{}', { reply });
    await connection.flush();
    await pause(200);
    const after = (await manager.streams.info(STREAMS.intents)).state;
    expect(heard).toEqual([]);
    expect(after).toMatchObject({ first_seq: before.first_seq, messages: before.messages + replies.length });
  });
});

describe("an org key's connection", () => {
  it.each(['admin', 'operator', 'orchestrator'] as const)('as %s publishes for any agent of its org', async (role) => {
    const key = issue({ kind: 'key', role });
    const connection = await connectAs(key);
    expect(await publishAnswer(connection, subjects.intent(key.org, 'writer.v2', key.subject))).toBe('stored');
    expect(await subscriptionAnswer(connection, subjects.feedOfOrg(key.org))).toBe('allowed');
    for (const subject of [
      subjects.intent(newId('org'), 'writer', key.subject),
      subjects.intent(key.org, 'writer', newId('key')),
      subjects.intent(key.org, newId('agt'), newId('agt')).split('.').slice(0, 3).join('.'),
    ]) {
      expect(await publishAnswer(connection, subject)).toMatch(denied);
    }
    expect(await subscriptionAnswer(connection, subjects.feedOfOrg(newId('org')))).toMatch(denied);
  });

  it('as finance only follows the feed', async () => {
    const key = issue({ kind: 'key', role: 'finance' });
    const connection = await connectAs(key);
    expect(await subscriptionAnswer(connection, subjects.feedOfOrg(key.org))).toBe('allowed');
    let refused = '';
    void (async () => {
      for await (const status of connection.status()) if (status.type === 'error') refused = status.error.message;
    })();
    connection.publish(subjects.intent(key.org, 'writer', key.subject), '{}');
    await connection.flush();
    await pause(50);
    expect(refused).toMatch(denied);
    expect(await subscriptionAnswer(connection, `${subjects.answersOf(key.org, key.subject)}.>`)).toMatch(denied);
  });
});

describe('whoever has no good credential', () => {
  it('gets no connection', async () => {
    const session = issue({ kind: 'session' });
    const attempts = [
      undefined,
      { token: 'nobody' },
      { token: 'broken' },
      { token: session.token },
      { user: secrets.service_user, password: 'wrong' },
      { user: 'anybody', password: 'nobody' },
    ];
    for (const credentials of attempts) {
      await expect(connectBus({ url: server.url, name: 'stranger', credentials })).rejects.toThrow(/authorization/i);
    }
  });

  it('may bring the same text as the password of any user', async () => {
    const agent = issue({ kind: 'agent' });
    const connection = await connectBus({
      url: server.url,
      name: 'as password',
      credentials: { user: 'bursar', password: agent.token },
      inbox_prefix: clientInboxPrefix(agent.org, agent.subject),
    });
    opened.push(connection);
    expect(await publishAnswer(connection, subjects.intent(agent.org, agent.subject, agent.subject))).toBe('stored');
  });

  it('F1: gets in no more once the credential is revoked', async () => {
    const agent = issue({ kind: 'agent' });
    const connection = await connectAs(agent);
    await connection.close();
    known.delete(agent.token);
    await expect(connectAs(agent)).rejects.toThrow(/authorization/i);
  });
});

describe('a connection whose time is over', () => {
  it('is verified again without its client noticing, and ends where the credential was revoked meanwhile (F1)', async () => {
    responder.stop();
    const short = new AuthCalloutResponder(services, {
      issuer_seed: secrets.issuer_seed,
      verify: (bearer) => Promise.resolve(known.get(bearer) ?? { refused: 'Revoked' }),
      verified_for_seconds: 2,
    });
    short.start();
    await services.flush();
    const agent = issue({ kind: 'agent' });
    const connection = await connectAs(agent);
    const intent = subjects.intent(agent.org, agent.subject, agent.subject);
    let reconnected = 0;
    void (async () => {
      for await (const status of connection.status()) if (status.type === 'reconnect') reconnected++;
    })();
    const until = async (condition: () => boolean) => {
      for (let waited = 0; !condition() && waited < 8_000; waited += 50) await pause(50);
    };
    await until(() => reconnected === 1);
    expect(reconnected).toBe(1);
    expect(await publishAnswer(connection, intent)).toBe('stored');
    known.delete(agent.token);
    await pause(3_000);
    expect(await publishAnswer(connection, intent)).not.toBe('stored');
    short.stop();
    await connection.close();
    responder.start();
    await services.flush();
  });
});

describe('the services', () => {
  it('are content with a server that asks them', async () => {
    await assertAuthCallout(server.url);
  });

  it('A7: refuse a server that lets anybody in, and say why', async () => {
    const open = await startPrivateNats();
    try {
      await expect(assertAuthCallout(open.url)).rejects.toThrow(/let in a connection without credentials/);
    } finally {
      await open.stop();
    }
  });

  it('A7: find nobody let in while no responder answers', async () => {
    const agent = issue({ kind: 'agent' });
    responder.stop();
    await services.flush();
    await expect(connectAs(agent)).rejects.toThrow();
    responder.start();
    await services.flush();
    await connectAs(agent);
  }, 30_000);

  it('come back by themselves after a restart of the server, and so do agents', async () => {
    const agent = issue({ kind: 'agent' });
    const connection = await connectAs(agent);
    await server.kill();
    await server.restart();
    const intent = subjects.intent(agent.org, agent.subject, agent.subject);
    const deadline = Date.now() + 25_000;
    let answer = '';
    while (answer !== 'stored' && Date.now() < deadline) {
      answer = await publishAnswer(connection, intent).catch((error: Error) => error.message);
      await pause(50);
    }
    expect(answer).toBe('stored');
  }, 40_000);
});

import { describe, expect, it } from '@jest/globals';
import { definitionOf, wire } from '../test-support/definitions.js';
import { typedAnswer, typedPayload, typedProblem } from './typed.js';

const text = { type: 'string', required: true };
const mail = definitionOf({
  call: { method: 'POST', url: 'https://api.example.com/', body: { json: { to: '{payload.recipient}' } } },
  payload: { recipient: text, subject: text, text },
  typed: {
    call: 'email',
    payload: { recipient: 'to', subject: 'subject', text: 'body' },
    answer: { message_id: { first_of: ['id', 'ids[0]'] } },
  },
});

describe('a typed call', () => {
  it('A10: gives the service what its definition maps, and nothing else', () => {
    expect(typedPayload(mail, { to: 't', body: 'b', agent_id: 'a', other: 1 })).toEqual({ recipient: 't', text: 'b' });
    expect(typedPayload(definitionOf(), { query: 'x' })).toEqual({});
  });

  it('A10: tells what is wrong in the words of its own body', () => {
    expect(typedProblem(mail, { field: 'payload.text', message: 'is missing' })).toEqual({
      field: 'body',
      message: 'is missing',
    });
    expect(typedProblem(mail, { field: 'payload', message: 'm' })).toEqual({ field: 'payload', message: 'm' });
    expect(typedProblem(mail, { field: 'payload.other', message: 'm' })).toEqual({
      field: 'payload.other',
      message: 'm',
    });
  });

  it.each([
    [{ id: 'a' }, 'a'],
    [{ id: 5 }, '5'],
    [{ id: null, ids: ['b'] }, 'b'],
    [{ id: { a: [1.5] } }, '{"a":[1.5]}'],
    [{ id: false }, 'false'],
    [{ id: '' }, ''],
  ])('A10: %j answers a text', (body, message_id) => {
    expect(typedAnswer(mail, wire(body) as never)).toEqual({ ok: true, answer: { message_id } });
  });

  it('A10: an answer that has none is told as such', () => {
    expect(typedAnswer(mail, {})).toEqual({ ok: false, message: 'the answer has no message_id' });
    expect(typedAnswer(definitionOf(), { id: 'a' })).toEqual({ ok: false, message: 'the service has no typed call' });
  });
});

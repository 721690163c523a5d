import { fieldsIn, isFields, listIn, textIn, type Fields } from './fields.js';

/** The messages of a chat, as OpenAI and those who follow it take them. */
export function problemOfMessages(body: Fields): { param: string; message: string } | undefined {
  const messages = listIn(body, 'messages');
  if (!('messages' in body)) return { param: 'messages', message: "Missing required parameter: 'messages'." };
  if (messages.length === 0) {
    return { param: 'messages', message: "Invalid 'messages': expected an array with at least one message." };
  }
  const wrong = messages.findIndex((message) => !isFields(message) || textIn(message, 'role') === undefined);
  if (wrong === -1) return undefined;
  return { param: `messages[${wrong}].role`, message: `Missing required parameter: 'messages[${wrong}].role'.` };
}

/** Everything that was said, in one text. */
export function textOfMessages(body: Fields): string {
  return listIn(body, 'messages').filter(isFields).map(textOfMessage).join('\n');
}

/** What the user said last, or all of it where no user did. */
export function lastQuestion(body: Fields): string {
  const users = listIn(body, 'messages')
    .filter(isFields)
    .filter((message) => message['role'] === 'user');
  const last = users.at(-1);
  return last ? textOfMessage(last) : textOfMessages(body);
}

function textOfMessage(message: Fields): string {
  const whole = textIn(message, 'content');
  if (whole !== undefined) return whole;
  const parts = listIn(message, 'content').filter(isFields);
  return parts.map((part) => textIn(part, 'text') ?? textIn(fieldsIn(part, 'image_url'), 'url') ?? '').join(' ');
}

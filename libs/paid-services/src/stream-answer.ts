import { isJsonObject, JsonNumber, type JsonObject } from '#contracts';

/** Texts of a choice that come in pieces. */
const IN_PIECES = ['content', 'refusal', 'reasoning_content'];

/** The answer that a stream of chat completions would have been without `stream`, put together from its events, for whoever asks again later. */
export class StreamAnswer {
  #head: JsonObject = {};
  readonly #choices = new Map<string, JsonObject>();

  add(event: JsonObject): void {
    const { choices, ...head } = event;
    const told = Object.entries(head).filter(([, value]) => value !== null);
    this.#head = { ...this.#head, ...Object.fromEntries(told) };
    if (Array.isArray(choices)) for (const choice of choices) if (isJsonObject(choice)) this.#addChoice(choice);
  }

  get body(): JsonObject {
    return { ...this.#head, object: 'chat.completion', choices: [...this.#choices.values()] };
  }

  #addChoice({ index = new JsonNumber('0'), delta, ...rest }: JsonObject): void {
    const before = this.#choices.get(String(index)) ?? { index, message: { role: 'assistant', content: '' } };
    const earlier = before['message'] as JsonObject;
    const pieces = Object.entries(isJsonObject(delta) ? delta : {})
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, joined(name, earlier, value)] as const);
    const message = { ...earlier, ...Object.fromEntries(pieces) };
    const told = Object.entries(rest).filter(([, value]) => value !== null);
    this.#choices.set(String(index), { ...before, ...Object.fromEntries(told), message });
  }
}

function joined(name: string, message: JsonObject, value: unknown): unknown {
  const earlier = Object.hasOwn(message, name) ? message[name] : undefined;
  const isPiece = IN_PIECES.includes(name) && typeof value === 'string' && typeof earlier === 'string';
  return isPiece ? earlier + value : value;
}

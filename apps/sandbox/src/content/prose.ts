import type { Seed } from './seed.js';

const SENTENCES: readonly [string, ...string[]] = [
  'Several independent sources agree on the main points about {topic}.',
  'The figures that are published for {topic} have changed little in the last two years.',
  'Costs and benefits of {topic} depend mostly on where and how it is used.',
  'Early reports on {topic} were corrected later, and the corrected numbers are used here.',
  'People who work with {topic} every day name reliability first and price second.',
  'A comparison of the common approaches to {topic} shows no single winner.',
  'What is still open about {topic} is being studied, and results are expected soon.',
  'For most readers the short answer about {topic} is enough.',
];

const BEGINNING = 'This is a sandbox answer.';
const TOPIC_CHARACTERS = 80;

/** What a text is about, as a few words: without triggers, line breaks and what does not fit. */
export function topicOf(text: string): string {
  const plain = text
    .replaceAll(/sandbox:\S*/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return plain === '' ? 'this' : plain.slice(0, TOPIC_CHARACTERS).trim();
}

/** So many words on a topic, in whole sentences but for the last. */
export function prose(seed: Seed, topic: string, words: number): string {
  let written = BEGINNING;
  let count = wordsIn(BEGINNING);
  // The sentences have a place for it, which is one word.
  const more = wordsIn(topic) - 1;
  for (let number = 0; count < words; number += 1) {
    const sentence = seed.pick(`sentence ${number}`, SENTENCES);
    written += ` ${sentence.replace('{topic}', () => topic)}`;
    count += wordsIn(sentence) + more;
  }
  return count > words ? firstWords(written, words) : written;
}

function wordsIn(text: string): number {
  let count = 1;
  for (let space = text.indexOf(' '); space >= 0; space = text.indexOf(' ', space + 1)) count += 1;
  return count;
}

function firstWords(text: string, words: number): string {
  let end = -1;
  for (let count = 0; count < words; count += 1) end = text.indexOf(' ', end + 1);
  return text.slice(0, Math.max(0, end));
}

/** About four characters each, as providers say of English. */
export function tokensIn(text: string): number {
  return Math.ceil(text.length / 4);
}

/** The text as far as so many tokens go. */
export function cutToTokens(text: string, most: number | undefined): { text: string; isCut: boolean } {
  if (most === undefined || tokensIn(text) <= most) return { text, isCut: false };
  return { text: text.slice(0, most * 4), isCut: true };
}

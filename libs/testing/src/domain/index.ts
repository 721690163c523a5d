export { PlainCalendar } from './plain-calendar.js';
export * from './book-dump.js';
export * from './book-scenario.js';
export * from './log-facts.js';
export * from './model/index.js';

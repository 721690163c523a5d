export { openBook } from './opening.js';
export { makeWish } from './wishes.js';
export { Workload } from './workload.js';

import { BOUNDS } from './bounds.js';

export const HANDLE_RULE = 'must be a handle or an agent id: 1 to 128 of A-Z a-z 0-9 . _ -, a leading @ is ignored';
export const SERVICE_RULE = 'must be the name of a service: 1 to 128 of A-Z a-z 0-9 . _ -';
export const ID_RULE = 'must be an id, as it was given in an answer';
export const CATEGORY_RULE = 'must be 1 to 64 of A-Z a-z 0-9 . _ : / -';
export const REQUEST_ID_RULE = 'must be 1 to 128 printable ASCII characters, with no space at either end';
export const KEY_RULE = 'must be 1 to 255 printable ASCII characters, with no space at either end';

export const LABEL_RULE = `must be text of 1 to ${BOUNDS.label_characters} characters`;
export const LABEL_NAME_RULE = `has a label whose name is not 1 to ${BOUNDS.label_name_characters} printable characters`;

import type { LimitDefinition, LimitKind } from '../limits.js';

/** How a list of limits is changed. Applied inside the book to what stands there then, so that no change undoes another (E6). */
export interface LimitChanges {
  /** The whole new list; absent leaves the limits as they are. */
  limits?: readonly LimitDefinition[];
  /** Kinds to lift. */
  lift_limits?: readonly LimitKind[];
  /** Limits to set, each in place of the one of its name or beside the others. Applied after `lift_limits`. */
  set_limits?: readonly LimitDefinition[];
}

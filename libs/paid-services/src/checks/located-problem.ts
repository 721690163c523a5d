export type Path = readonly (string | number)[];

/** A problem by its path in the definition; the line is found from it. */
export interface LocatedProblem {
  path: Path;
  message: string;
}

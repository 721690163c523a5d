/** A call, with a request that would pass: each test spoils one thing of it. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As it stands in the OpenAPI document. */
  path: string;
  body?: object;
  /** Fields that hold money, as paths into the body. */
  amounts?: readonly string[];
  /** What an id that is none, or another org's, is answered with. */
  unknown?: string;
  /** What it does not know it leaves aside, as agents send it. */
  lenient?: boolean;
  /** A page of a list. */
  pages?: true;
  /** What the query has to say. */
  query?: string;
  /** Taken with the platform key only. */
  platform?: true;
}
